import type { GitHistory } from '#io/git/history.ts';
import { renderedRoot } from '#model/rendered.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { count } from '../print/compile.ts';
import { type CompiledCommit, compileCommit } from './compiled-commit.ts';
import { CompileError, compiledFiles, type RenderedCommit } from './rendered-commit.ts';
import { hasSources } from './sourced.ts';

/** Two commits as a review compares them. */
export interface ComparedCommits {
  readonly before: RenderedCommit;
  readonly after: RenderedCommit;
  /** The assumptions of the comparison, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Compares what the sources render where the committed output of the later commit is stale: a file that it leaves as
 * the earlier commit has it counts, on both sides, as a compile would write it. A file that the later commit changes
 * itself counts with its own content, because a syncer would apply it.
 *
 * @throws CompileError if the later commit changes nothing but sources, and they have errors
 */
export async function withStale(
  git: GitHistory,
  before: RenderedCommit,
  after: RenderedCommit,
): Promise<ComparedCommits> {
  const asCommitted = { before, after, notes: [] };
  const isQuestion =
    after.compilation === undefined &&
    (await changesSources(git, before, after)) &&
    (await haveSources(git, [before, after]));
  if (!isQuestion) return asCommitted;
  const compilation = await compileCommit(git, after);
  const compiled = { before, after: { ...after, compilation } };
  if (!compilation.ok) {
    if (isSame(before.snapshot, after.snapshot)) {
      throw new CompileError(after.commit, compilation.diagnostics);
    }
    return {
      ...compiled,
      notes: ['the sources of the head do not compile: diff compares its committed output'],
    };
  }
  const stale = stalePaths(before, after, compilation);
  if (stale.length === 0) return { ...compiled, notes: [] };
  const base = before.compilation ?? (await compileCommit(git, before));
  const output = count(stale.length, 'rendered file');
  const note = `${output} of the head ${stale.length === 1 ? 'is' : 'are'} older than the sources: diff compares what regatta compile would write`;
  return {
    before: base.ok ? inPart(before, after, base) : before,
    after: { ...inPart(after, before, compilation), compilation },
    notes: base.ok
      ? [note]
      : [note, 'the sources of the base do not compile: diff compares its committed output'],
  };
}

/** Reports whether a commit has a source. Without one, people or another repository write the rendered directories. */
async function haveSources(git: GitHistory, commits: readonly RenderedCommit[]): Promise<boolean> {
  const all = commits.map(({ commit, settings }) => hasSources(git, commit, settings));
  return (await Promise.all(all)).includes(true);
}

function changesSources(
  git: GitHistory,
  before: RenderedCommit,
  after: RenderedCommit,
): Promise<boolean> {
  const outputs = [before, after].flatMap(({ settings }) => [settings.rendered, settings.bindings]);
  return git.hasChanges(before.commit, after.commit, [...new Set([...outputs, renderedRoot])]);
}

function isSame({ files }: Snapshot, other: Snapshot): boolean {
  return (
    files.size === other.files.size &&
    files.entries().every(([path, id]) => other.files.get(path) === id)
  );
}

/** Returns the paths below the rendered root that neither commit renders from the later sources. */
function stalePaths(
  before: RenderedCommit,
  after: RenderedCommit,
  compilation: CompiledCommit,
): readonly string[] {
  const wanted = compiledFiles(after.snapshot, compilation).snapshot.files;
  const { files } = after.snapshot;
  const earlier = before.snapshot.files;
  const isStale = (path: string) =>
    files.get(path) !== wanted.get(path) && files.get(path) === earlier.get(path);
  const added = wanted.keys().filter((path) => !files.has(path));
  return [...files.keys().filter(isStale), ...added.filter(isStale)];
}

/** Returns a commit with compiled files where its committed file equals that of the other commit. */
function inPart(
  commit: RenderedCommit,
  other: RenderedCommit,
  compilation: CompiledCommit,
): RenderedCommit {
  const { snapshot, compiled } = compiledFiles(commit.snapshot, compilation);
  const { files } = commit.snapshot;
  const paths = new Set([...files.keys(), ...snapshot.files.keys()]);
  const chosen = [...paths].flatMap((path) => {
    const isLeft = files.get(path) === other.snapshot.files.get(path);
    const id = (isLeft ? snapshot.files : files).get(path);
    return id === undefined ? [] : [[path, id] as const];
  });
  return { ...commit, snapshot: { files: new Map(chosen) }, committed: commit.snapshot, compiled };
}
