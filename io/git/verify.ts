import type { RunGit, VerifyCommit } from './branch.ts';
import { isRefName } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import type { GitHow } from './process.ts';
import { withSigners } from './signers.ts';
import { oidIn, parseBatch, records } from './tree.ts';

/** The signatures that a commit needs, and the keys that are trusted. */
export interface VerifyOptions {
  /** Whether the head commit itself must be signed, or a tag that points to it. */
  readonly mode: 'commits' | 'tags';
  /** File or folder of trusted keys. The syncer reads it again for each commit. */
  readonly keys: string;
}

/**
 * Verifies the head commit of a branch. Its ancestors need no signature: a commit names its files and
 * its parents by their digests, so a signature of the head covers all of them.
 */
export function commitVerifier(run: RunGit, { mode, keys }: VerifyOptions): VerifyCommit {
  const fault = mode === 'commits' ? commitFault : tagFault;
  return async (commit, signal) => {
    const reason = await withSigners(keys, signal, (how) => fault({ run, how, signal }, commit));
    if (reason === undefined) return;
    throw new Error(`commit ${commit.slice(0, 12)} is not trusted: ${reason}`);
  };
}

interface Check {
  readonly run: RunGit;
  readonly how: GitHow;
  readonly signal: AbortSignal;
}

/** Faults by git's letter for a signature; `G` is a good signature by a trusted key. */
const faults: Readonly<Record<string, string>> = {
  N: 'it is not signed',
  B: 'its signature is invalid, or its key is revoked or not meant for Git',
  U: 'it is signed by an untrusted key',
  E: 'it is signed by an untrusted key',
  X: 'its signature has expired',
  Y: 'it is signed by an expired key',
  R: 'it is signed by a revoked key',
};

async function commitFault(
  { run, how, signal }: Check,
  commit: string,
): Promise<string | undefined> {
  const { output } = await run(queries.gradeSignature(commit), signal, how);
  const [grade = ''] = records(output, '\n');
  return grade === 'G' ? undefined : (faults[grade] ?? 'its signature cannot be verified');
}

/** Maximum number of tags that the syncer verifies for one commit. */
const maxTags = 20;

async function tagFault(check: Check, commit: string): Promise<string | undefined> {
  const { run, signal } = check;
  const { output } = await run(queries.listRemoteTags(), signal);
  const names = tagsAt(commit, records(output, '\n')).slice(0, maxTags);
  if (names.length === 0) return 'no signed tag points to it';
  await run(updates.fetchTags(names), signal);
  for (const name of names) if (await isSigned(check, name, commit)) return undefined;
  return `no trusted key has signed ${names.map((name) => `tag ${name}`).join(', ')}`;
}

/** Returns the names of the annotated tags that point to a commit. Lightweight tags have no signature. */
function tagsAt(commit: string, listed: readonly string[]): readonly string[] {
  return listed.flatMap((line) => {
    const [oid, ref = ''] = line.split('\t');
    const name = /^refs\/tags\/(.+)\^\{\}$/.exec(ref)?.[1];
    return oid === commit && name !== undefined && isRefName(name) ? [name] : [];
  });
}

/** Reports whether a tag object itself states that name and commit, and is signed by a trusted key. */
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
