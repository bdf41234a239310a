/** Runs the Kustomize engine like `kustomize build`. */
import { planKustomizations } from '#compiler/build/kustomization.ts';
import { Remotes } from '#compiler/build/remote.ts';
import { buildKustomization } from '#io/engine/kustomize.ts';
import type { EnginePool } from '#io/engine/pool.ts';
import { RepositoryState } from '#io/engine/repository-state.ts';
import { readFiles } from '#io/files/files.ts';
import type { FolderLinks } from '#model/files.ts';
import type { CorpusCase } from './corpus.ts';
import type { NativeResult } from './native.ts';

/** Builds a kustomization like `regatta compile`, without a memo. */
export async function buildInMemory(
  { root, folder }: CorpusCase,
  pool: EnginePool,
): Promise<NativeResult> {
  const { state: repository, links } = repositoryAt(root);
  const remotes = new Remotes(repository.files, { network: 'Deny' }, new Map());
  const given = { directories: [folder], remotes, links };
  const [planned] = planKustomizations(repository.files, given, () => {}).builds;
  const build = planned?.build ?? { type: 'kustomize', directory: folder, folders: [folder] };
  const result = await buildKustomization(build, { repository, pool });
  if (result.type !== 'kustomized') return { type: 'failed', message: JSON.stringify(result) };
  if (result.error !== '') return { type: 'failed', message: result.error };
  const text = result.documents.map((document) => document.text).join('---\n');
  return { type: 'printed', text };
}

interface Repository {
  readonly root: string;
  readonly state: RepositoryState;
  readonly links: FolderLinks;
}

/** Caches the last state, because the cases of one source follow each other. */
let last: Repository | undefined;

function repositoryAt(root: string): Repository {
  if (last?.root === root) return last;
  const links = new Map<string, string>();
  const files = readFiles(root, ['.'], (link, folder) => links.set(link, folder));
  last = { root, state: new RepositoryState(files), links };
  return last;
}
