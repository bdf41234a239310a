import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { downloadSources, readSources, type Source } from './download.ts';

/** A folder with a chart or a kustomization. */
export interface CorpusCase {
  /** Path of the module and the folder. */
  readonly name: string;
  /** Folder of the module, which a kustomization may read. */
  readonly root: string;
  /** Path of the folder, relative to the root. */
  readonly folder: string;
}

export interface Corpus {
  readonly charts: readonly CorpusCase[];
  readonly kustomizations: readonly CorpusCase[];
}

const kustomizationName = /^(kustomization\.ya?ml|Kustomization)$/;

/**
 * Finds all charts and kustomizations of the sources.
 *
 * @throws Error when their number differs from sources.json
 */
export async function readCorpus(): Promise<Corpus> {
  const downloaded = await downloadSources();
  const parts = (await readSources()).map((source) => casesOf(source, downloaded));
  return {
    charts: parts.flatMap(({ charts }) => charts),
    kustomizations: parts.flatMap(({ kustomizations }) => kustomizations),
  };
}

function casesOf(source: Source, downloaded: string): Corpus {
  const root = join(downloaded, source.module);
  const found: { charts: CorpusCase[]; kustomizations: CorpusCase[] } = {
    charts: [],
    kustomizations: [],
  };
  for (const [folder, names] of foldersOf(root)) {
    const one = { name: `${source.module}/${folder}`, root, folder };
    if (names.includes('Chart.yaml')) found.charts.push(one);
    if (names.some((name) => kustomizationName.test(name))) found.kustomizations.push(one);
  }
  const isKept = ({ folder }: CorpusCase) => !source.except?.some((part) => folder.includes(part));
  const { charts, kustomizations } = found;
  if (charts.length !== source.charts || kustomizations.length !== source.kustomizations) {
    const counts = `${charts.length} charts and ${kustomizations.length} kustomizations`;
    throw new Error(`${source.module} has ${counts}, which is not what sources.json says`);
  }
  return { charts: charts.filter(isKept), kustomizations: kustomizations.filter(isKept) };
}

/** Returns the folders below a root in sorted order, with the names of their files. */
function foldersOf(root: string): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const folder = entry.parentPath.slice(root.length + 1);
    const names = folders.get(folder) ?? [];
    folders.set(folder, names);
    names.push(entry.name);
  }
  return new Map([...folders].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
