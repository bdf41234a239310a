import type { FileContent } from '#model/files.ts';

/** Replaces the packed charts that HelmReleases name by their files, in a folder with the path of the package. */
export class PackedCharts {
  readonly #files: Map<string, FileContent>;
  readonly #tried: Set<string> = new Set();

  /** @param files - contents by path */
  constructor(files: Map<string, FileContent>) {
    this.#files = files;
  }

  /** Unpacks the packages among some paths that no earlier call has tried. Resolves to whether it added files. */
  async unpack(paths: readonly string[]): Promise<boolean> {
    const packages = paths.filter((path) => /\.(tgz|tar\.gz)$/.test(path));
    let hasUnpacked = false;
    for (const path of packages.filter((found) => !this.#tried.has(found))) {
      const content = this.#files.get(path);
      if (content === undefined) continue;
      this.#tried.add(path);
      hasUnpacked = (await this.#unpack(path, content)) || hasUnpacked;
    }
    return hasUnpacked;
  }

  async #unpack(path: string, content: FileContent): Promise<boolean> {
    const { unpackChart } = await import('#io/fetch/packed-chart.ts');
    const bytes = typeof content === 'string' ? content : (content.base64 ?? '');
    const files = await unpackChart(
      Buffer.from(bytes, typeof content === 'string' ? 'utf8' : 'base64'),
    );
    // No pass reads the package itself. Without files, the plan reports it at the HelmRelease.
    this.#files.set(path, '');
    for (const [name, file] of files ?? []) this.#files.set(`${path}/${name}`, file);
    return files !== undefined;
  }
}
