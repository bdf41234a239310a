import type { RunGit, VerifyCommit } from './git-branch.ts';
import type { GitHow } from './git-process.ts';
import { withSigners } from './git-signers.ts';

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
  const args = ['log', '-1', '--no-show-signature', '--format=%G?', commit];
  const grade = (await run(args, signal, how)).trim();
  return grade === 'G' ? undefined : (faults[grade] ?? 'its signature can’t be checked');
}

/** How many tags of one commit are looked at. */
const maxTags = 20;

async function tagFault(check: Check, commit: string): Promise<string | undefined> {
  const { run, signal } = check;
  const listed = await run(['ls-remote', '--quiet', '--tags', 'origin'], signal);
  const names = tagsAt(commit, listed).slice(0, maxTags);
  if (names.length === 0) return 'no signed tag is at it';
  const specs = names.map((name) => `+refs/tags/${name}:refs/regatta-tags/${name}`);
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--filter=blob:none'];
  await run([...fetch, 'origin', ...specs], signal);
  for (const name of names) if (await isSigned(check, name, commit)) return undefined;
  return `no key that may sign has signed ${names.map((name) => `tag ${name}`).join(', ')}`;
}

/** Names of annotated tags at a commit; a lightweight one has no signature. */
function tagsAt(commit: string, listed: string): readonly string[] {
  return listed.split('\n').flatMap((line) => {
    const [oid, ref = ''] = line.split('\t');
    const name = /^refs\/tags\/(.+)\^\{\}$/.exec(ref)?.[1];
    return oid === commit && name !== undefined ? [name] : [];
  });
}

/** Whether a tag says itself that it is of that name and at that commit, and is signed. */
async function isSigned(
  { run, how, signal }: Check,
  name: string,
  commit: string,
): Promise<boolean> {
  const oid = (await run(['rev-parse', '--verify', `refs/regatta-tags/${name}`], signal)).trim();
  const text = await run(['cat-file', 'tag', oid], signal);
  if (!text.startsWith(`object ${commit}\ntype commit\ntag ${name}\n`)) return false;
  try {
    await run(['verify-tag', oid], signal, how);
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
