/** Runs the Kustomize engine like `kustomize build`. */
import { planKustomizations } from '#compiler/build/kustomization.ts';
import { Remotes } from '#compiler/build/remote.ts';
import { buildKustomization } from '#io/engine/kustomize.ts';
import type { EnginePool } from '#io/engine/pool.ts';
import { RepositoryState } from '#io/engine/repository-state.ts';
import { readFiles } from '#io/files/files.ts';
import type { CorpusCase } from './corpus.ts';
import type { NativeResult } from './native.ts';

/** Builds a kustomization like `regatta compile`, without a memo. */
export async function buildInMemory(
  { root, folder }: CorpusCase,
  pool: EnginePool,
): Promise<NativeResult> {
  const repository = repositoryAt(root);
  const remotes = new Remotes(repository.files, { network: 'Deny' }, new Map());
  const given = { directories: [folder], remotes };
  const [planned] = planKustomizations(repository.files, given, () => {}).builds;
  const build = planned?.build ?? { type: 'kustomize', directory: folder, folders: [folder] };
  const result = await buildKustomization(build, { repository, pool });
  if (result.type !== 'kustomized') return { type: 'failed', message: JSON.stringify(result) };
  if (result.error !== '') return { type: 'failed', message: result.error };
  const text = result.documents.map((document) => document.text).join('---\n');
  return { type: 'printed', text };
}

/** Caches the last state, because the cases of one source follow each other. */
let last: { readonly root: string; readonly state: RepositoryState } | undefined;

function repositoryAt(root: string): RepositoryState {
  if (last?.root !== root) last = { root, state: new RepositoryState(readFiles(root, ['.'])) };
  return last.state;
}
