import { join } from 'node:path';
import { nearestFleet } from '#io/files/fleet-root.ts';
import { diskTree } from '#io/files/listing.ts';
import { byText } from '#model/object.ts';
import { renderedRoot } from '#model/rendered.ts';
import { hasDigest } from '#model/rendered-path.ts';
import type { FleetWords } from './line.ts';

/** Maximum number of files whose names are read, so that a completion answers at once. */
const maxFiles = 20_000;

/** The names in a fleet's rendered directories. Completion lists folders and files, and reads no file. */
export class FleetNames {
  readonly #root: string;
  readonly #namespace: string | undefined;

  constructor({ directory, namespace }: FleetWords) {
    this.#root = join(nearestFleet(directory), renderedRoot);
    this.#namespace = namespace;
  }

  get clusters(): readonly string[] {
    return foldersOf(this.#root, '.');
  }

  get namespaces(): readonly string[] {
    const names = this.#folders().map(([, namespace]) => namespace);
    return [...new Set(names)].filter((name) => !name.startsWith('_')).sort(byText);
  }

  /** Returns the objects as `kind/name`. */
  get objects(): readonly string[] {
    const found = new Set<string>();
    let read = 0;
    for (const [cluster, namespace] of this.#folders()) {
      if (this.#namespace !== undefined && ![this.#namespace, '_cluster'].includes(namespace)) {
        continue;
      }
      const files = [...diskTree(this.#root).list(`${cluster}/${namespace}`)];
      for (const { name } of files) {
        const [, kind, object] = /^([^._]+)[^_]*_(.*)\.yaml$/.exec(name) ?? [];
        if (kind !== undefined && !/\s/.test(name) && !hasDigest(name))
          found.add(`${kind}/${object}`);
      }
      read += files.length;
      if (read > maxFiles) break;
    }
    return [...found].sort(byText);
  }

  #folders(): readonly (readonly [cluster: string, namespace: string])[] {
    return this.clusters.flatMap((cluster) =>
      foldersOf(this.#root, cluster).map((namespace) => [cluster, namespace] as const),
    );
  }
}

function foldersOf(root: string, folder: string): readonly string[] {
  const tree = diskTree(root);
  if (tree.kindOf(folder) !== 'folder') return [];
  return [...tree.list(folder)]
    .filter(({ kind }) => kind === 'folder')
    .map(({ name }) => name)
    .sort(byText);
}
