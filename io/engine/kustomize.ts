/** Builds kustomizations with the Kustomize engine. */
import type { FileContent, FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import type { BuildResult, KustomizeAnswer, KustomizeBuild } from '#model/template-build.ts';
import { askOnce, type BuildSite } from './ask.ts';
import type { Answered } from './build-memory.ts';
import type { EngineFailure } from './call.ts';

type EngineAnswer = KustomizeAnswer & { readonly reads: readonly string[] };

/** Builds a kustomization over the files of a repository. */
export async function buildKustomization(
  build: KustomizeBuild,
  site: BuildSite,
): Promise<BuildResult> {
  const { directory, remotes = {}, unlinked } = build;
  const asked = [directory, remotes, ...(unlinked === undefined ? [] : [unlinked])];
  const question = { engine: 'kustomize', request: asked } as const;
  const result = await askOnce(question, site, () => askUntilComplete(build, site));
  return result.type === 'answered'
    ? { type: 'kustomized', reads: result.reads, ...result.answer }
    : { type: 'beyond', fault: result.fault, message: result.message };
}

/**
 * Repeats the request until it contains every file of the repository that Kustomize looks for. Only
 * Kustomize decides which files it reads; the plan of a build may have missed some.
 */
async function askUntilComplete(
  build: KustomizeBuild,
  site: BuildSite,
): Promise<Answered<KustomizeAnswer> | EngineFailure> {
  const { repository, pool } = site;
  const paths = new Set(build.folders);
  for (;;) {
    const files = filesBelow(repository.files, [...paths]);
    const { directory: root, remotes = {}, unlinked = {} } = build;
    const contents = contentsOf(files);
    const request = { root, remotes, ...contents, files: { ...contents.files, ...unlinked } };
    const name = `kustomization ${root}`;
    const result = await pool.run({ engine: 'kustomize', name, request });
    if (result.type === 'failed') return result;
    const { reads, ...answer } = result.answer as EngineAnswer;
    const missing = reads.filter((path) => !files.has(path) && isThere(path, site, files));
    if (missing.length === 0) return { type: 'answered', answer, reads };
    for (const path of missing) paths.add(path);
  }
}

/** Reports whether the repository has a file at or below a path that the request lacked. */
function isThere(path: string, { repository }: BuildSite, given: FileMap): boolean {
  if (repository.files.has(path)) return true;
  if (!repository.isFolder(path)) return false;
  return filesBelow(repository.files, [path])
    .keys()
    .some((file) => !given.has(file));
}

function contentsOf(files: FileMap): {
  readonly files: Readonly<Record<string, string>>;
  readonly binary: Readonly<Record<string, string>>;
} {
  const entries = [...files];
  const isText = (entry: readonly [string, FileContent]): entry is [string, string] =>
    typeof entry[1] === 'string';
  const binary = entries.flatMap(([path, content]) =>
    typeof content === 'string' || content.base64 === undefined ? [] : [[path, content.base64]],
  );
  return {
    files: Object.fromEntries(entries.filter(isText)),
    binary: Object.fromEntries(binary),
  };
}
