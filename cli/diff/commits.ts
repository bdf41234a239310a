import type { SourceText } from '#compiler/parse/documents.ts';
import { parseRepository } from '#compiler/parse/repository.ts';
import { GitHistory } from '#io/git/history.ts';
import type { Cluster } from '#model/cluster.ts';
import { sourceRoots } from '#model/fleet.ts';
import type { KubeObject } from '#model/object.ts';
import { parseYaml } from '#model/yaml.ts';
import { type DeletionRules, judgeDeletions } from '#review/budget.ts';
import { type SourceLines, withCauses } from '#review/causes.ts';
import { compareSnapshots } from '#review/compare.ts';
import { changedFiles } from '#review/snapshot.ts';
import { definitionContents, refusedUpdates } from './refused-updates.ts';
import { type RenderedCommit, renderedCommit } from './rendered-commit.ts';
import type { ReviewReport } from './report.ts';

/** How long Git may take in all, in milliseconds. */
const timeoutMs = 300_000;

/**
 * Compares what two commits of the fleet repository in a directory render; the first one from where
 * the two have parted, as pull requests do.
 *
 * @throws Error when Git has not got them; CompileError
 */
export async function compareCommits(
  directory: string,
  refs: { readonly base: string; readonly head: string },
): Promise<ReviewReport> {
  const git = await GitHistory.open(directory, AbortSignal.timeout(timeoutMs));
  const head = await git.resolve(refs.head);
  const base = await git.mergeBase(await git.resolve(refs.base), head);
  const [before, after] = [await renderedCommit(git, base), await renderedCommit(git, head)];
  const read = await readerOf(git, before, after);
  const lines = await changedSources(git, before, after);
  const { rules, clusters } = await repositoryAt(git, after);
  const snapshots = { before: before.snapshot, after: after.snapshot };
  const updates = await refusedUpdates({ directory, ...snapshots, clusters, read });
  const review = compareSnapshots(before.snapshot, after.snapshot, read, updates.refusalsOf);
  return {
    ...{ base, head },
    review: withCauses(review, lines),
    verdict: judgeDeletions(before.snapshot, after.snapshot, rules, read),
    unchecked: updates.unchecked,
  };
}

async function changedSources(
  git: GitHistory,
  before: RenderedCommit,
  after: RenderedCommit,
): Promise<SourceLines> {
  const outputs = [before, after].flatMap(({ settings: { rendered, bindings } }) => [
    rendered,
    bindings,
  ]);
  const changed = await git.changedLines(before.commit, after.commit, [...new Set(outputs)]);
  const lines = {
    added: changed.added.filter(isSource),
    removed: changed.removed.filter(isSource),
  };
  const concerned = new Set([...lines.added, ...lines.removed].map(({ file }) => file));
  const texts = new Map<string, string>();
  for (const { commit } of [before, after]) {
    for (const { file, text } of await textsAt(git, commit, [...concerned])) {
      texts.set(file, `${texts.get(file) ?? ''}\n${text}`);
    }
  }
  return { ...lines, texts };
}

/** What templates are written in, and built from: bases, charts and values may lie anywhere. */
function isSource({ file }: { readonly file: string }): boolean {
  return /\.(ya?ml|json|tpl|txt|env|properties|conf|ini|toml|lock)$|(^|\/)Kustomization$/.test(
    file,
  );
}

/** The files at or below some paths at a commit. */
async function textsAt(
  git: GitHistory,
  commit: string,
  paths: readonly string[],
): Promise<readonly SourceText[]> {
  const files = await git.files(commit, paths);
  const contents = await git.read([...new Set(files.values())]);
  return Array.from(files, ([file, oid]) => ({ file, text: textOf(contents, oid) }));
}

/** What the repository says at a commit of deletions, and of its clusters. */
async function repositoryAt(
  git: GitHistory,
  { commit, settings }: RenderedCommit,
): Promise<{ readonly rules: DeletionRules; readonly clusters: readonly Cluster[] }> {
  const texts = await textsAt(git, commit, sourceRoots(settings));
  const concerned = texts.filter(({ text }) =>
    /DeletionAcknowledgement|cluster\.karmada\.io/.test(text),
  );
  const { acknowledgements, clusters } = parseRepository(concerned, () => {});
  const acknowledged = acknowledgements.map(({ object }) => object.spec.digest);
  const { deletionBudget: budget, sync } = settings;
  return {
    rules: { budget, sync: sync.deletions, acknowledged },
    clusters: clusters.map(({ object }) => object),
  };
}

/** Reads the objects in which two commits differ, and the definitions of the later one. */
async function readerOf(
  git: GitHistory,
  before: RenderedCommit,
  after: RenderedCommit,
): Promise<(content: string) => KubeObject> {
  const contents = [
    ...definitionContents(after.snapshot),
    ...changedFiles(before.snapshot, after.snapshot).flatMap((file) =>
      [file.before, file.after].filter((content) => content !== undefined),
    ),
  ];
  const compiled = new Map([...before.compiled, ...after.compiled]);
  const committed = new Set(contents.filter((content) => !compiled.has(content)));
  const texts = new Map([...compiled, ...(await git.read([...committed]))]);
  return (content) => parseYaml(textOf(texts, content))[0] as KubeObject;
}

/** @throws Error when Git has not given it: what was not read must not count as empty */
function textOf(texts: ReadonlyMap<string, string>, oid: string): string {
  const text = texts.get(oid);
  if (text === undefined) throw new Error(`git did not give object ${oid}`);
  return text;
}
