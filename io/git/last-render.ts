import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LastRender } from '#syncer/ports/source.ts';
import type { RunGit } from './branch.ts';
import { isObjectId } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';

/** Depths of the successive fetches, in commits. The search ends after the last one. */
const depths = [16, 1024];

interface ShallowClone {
  readonly run: RunGit;
  readonly directory: string;
  readonly branch: string;
  readonly contents: 'all' | 'none';
}

/**
 * Returns the newest commit of a branch that wrote into an output folder, and whether other files have changed since.
 * Fetches history that the clone lacks.
 */
export async function lastRender(
  { run, directory, branch, contents }: ShallowClone,
  commit: string,
  outputs: readonly string[],
  signal: AbortSignal,
): Promise<LastRender | undefined> {
  const find = async () => {
    const { output } = await run(queries.logRender(commit, outputs), signal);
    return parseRender(output.toString());
  };
  const ref = `refs/regatta-fetched/${branch}`;
  let found = await find();
  for (const depth of depths) {
    // The oldest commit of a shallow clone seems to write all of its files.
    if (found !== undefined && !isBoundary(directory, found.commit)) break;
    await run(updates.fetchBranch({ branch, ref, contents, depth }), signal);
    found = await find();
  }
  if (found === undefined || isBoundary(directory, found.commit)) return undefined;
  const isOfParent = found.compiled === '' || found.parents.includes(found.compiled);
  const differs = queries.differsOutside(found.commit, commit, outputs);
  const isOutdated = !isOfParent || (await run(differs, signal)).code === 1;
  return { commit: found.commit, isOutdated };
}

interface RenderingCommit {
  readonly commit: string;
  readonly parents: readonly string[];
  /** The commit whose sources were compiled, as the trailer says; '' without a trailer. */
  readonly compiled: string;
}

function parseRender(output: string): RenderingCommit | undefined {
  const [commit = '', parents = '', compiled = ''] = output.split('\0');
  if (!isObjectId(commit)) return undefined;
  return { commit, parents: parents.split(' '), compiled: compiled.trim() };
}

/** Reports whether a clone lacks the parents of a commit. */
function isBoundary(directory: string, commit: string): boolean {
  try {
    return readFileSync(join(directory, 'shallow'), 'utf8').includes(commit);
  } catch {
    return false;
  }
}
