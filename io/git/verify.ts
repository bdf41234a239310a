import type { RunGit, VerifyCommit } from './branch.ts';
import { isRefName } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import type { GitHow } from './process.ts';
import { withSigners } from './signers.ts';
import { oidIn, parseBatch, records } from './tree.ts';

/** What has to be signed, and by whom. */
export interface VerifyOptions {
  /** The head commit itself, or a tag that is at it. */
  readonly mode: 'commits' | 'tags';
  /** A file or folder of keys, read anew for each commit. */
  readonly keys: string;
}

/**
 * Checks the commit that a branch is at. What it comes from needs no signature: a commit names its
 * files and its parents by their digests, so whoever signs the head vouches for all of them.
 */
export function commitVerifier(run: RunGit, { mode, keys }: VerifyOptions): VerifyCommit {
  const fault = mode === 'commits' ? commitFault : tagFault;
  return async (commit, signal) => {
    const reason = await withSigners(keys, signal, (how) => fault({ run, how, signal }, commit));
    if (reason === undefined) return;
    throw new Error(`commit ${commit.slice(0, 12)} is not trusted: ${reason}; nothing changes`);
  };
}

interface Check {
  readonly run: RunGit;
  readonly how: GitHow;
  readonly signal: AbortSignal;
}

/** By what git says of a signature; `G` is a good one by a key that may sign. */
const faults: Readonly<Record<string, string>> = {
  N: 'it is not signed',
  B: 'its signature is bad, or by a key that is revoked or for other things',
  U: 'it is signed by a key that may not sign',
  E: 'it is signed by a key that may not sign',
  X: 'its signature has expired',
  Y: 'it is signed by a key that has expired',
  R: 'it is signed by a key that is revoked',
};

async function commitFault(
  { run, how, signal }: Check,
  commit: string,
): Promise<string | undefined> {
  const { output } = await run(queries.gradeSignature(commit), signal, how);
  const [grade = ''] = records(output.toString(), '\n');
  return grade === 'G' ? undefined : (faults[grade] ?? 'its signature can’t be checked');
}

/** How many tags of one commit are looked at. */
const maxTags = 20;

async function tagFault(check: Check, commit: string): Promise<string | undefined> {
  const { run, signal } = check;
  const { output } = await run(queries.listRemoteTags(), signal);
  const names = tagsAt(commit, records(output.toString(), '\n')).slice(0, maxTags);
  if (names.length === 0) return 'no signed tag is at it';
  await run(updates.fetchTags(names), signal);
  for (const name of names) if (await isSigned(check, name, commit)) return undefined;
  return `no key that may sign has signed ${names.map((name) => `tag ${name}`).join(', ')}`;
}

/** Names of annotated tags at a commit; a lightweight one has no signature. */
function tagsAt(commit: string, listed: readonly string[]): readonly string[] {
  return listed.flatMap((line) => {
    const [oid, ref = ''] = line.split('\t');
    const name = /^refs\/tags\/(.+)\^\{\}$/.exec(ref)?.[1];
    return oid === commit && name !== undefined && isRefName(name) ? [name] : [];
  });
}

/** Whether a tag says itself that it is of that name and at that commit, and is signed. */
async function isSigned(
  { run, how, signal }: Check,
  name: string,
  commit: string,
): Promise<boolean> {
  const ref = await run(queries.readRef(`refs/regatta-tags/${name}`), signal);
  if (ref.code !== 0) return false;
  const oid = oidIn(ref.output);
  const { output } = await run(queries.readObjects([oid]), signal);
  const [tag] = parseBatch(output, [oid]);
  const head = `object ${commit}\ntype commit\ntag ${name}\n`;
  if (tag?.type !== 'tag' || !tag.content.toString().startsWith(head)) return false;
  return (await run(queries.verifyTag(oid), signal, how)).code === 0;
}
