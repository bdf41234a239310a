import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunGit } from './branch.ts';
import { type GitCommand, isObjectId } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import { records } from './tree.ts';

/** How many commits each further fetch brings. The last one brings all that the server has. */
const depths = [64, 1024, 16_384, 2_147_483_647];

interface AncestryOptions {
  /** Runs git in the clone that the syncer reads. */
  readonly run: RunGit;
  readonly branch: string;
  /** Where the clone of commits alone is kept. */
  readonly directory: string;
  /** Runs git in that directory, with the server and the settings of the other clone. */
  readonly runThere: RunGit;
  /** Makes its settings those of a clone that holds commits alone. */
  readonly configure: () => Promise<void>;
}

/**
 * Finds out whether one commit goes on from another. The syncer's clone is shallow: what it does not
 * know is looked up in a second clone, made when it is first needed, that holds commits without
 * trees and files. It is deepened in steps until the answer is certain.
 */
export class Ancestry {
  readonly #options: AncestryOptions;
  /** The question under way: git locks the clone while it fetches. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: AncestryOptions) {
    this.#options = options;
  }

  /** @throws Error when git fails, or the server has not got the whole history either */
  async goesOnFrom(before: string, commit: string, signal: AbortSignal): Promise<boolean> {
    // What somebody has written into a cluster may be anything.
    if (!isObjectId(before)) return false;
    const { run } = this.#options;
    if ((await listedBy(run, queries.listAncestors(commit), signal)).has(before)) return true;
    const answer = this.#last.then(() => this.#askServer(before, commit, signal));
    this.#last = answer.catch(async () => {
      // It may be broken: commits alone are soon fetched anew.
      if (!signal.aborted) await rm(this.#options.directory, { recursive: true, force: true });
    });
    return answer;
  }

  async #askServer(before: string, commit: string, signal: AbortSignal): Promise<boolean> {
    const { branch, directory, runThere } = this.#options;
    await this.#prepare(signal);
    const ref = `refs/regatta-history/${branch}`;
    let count = 0;
    for (const depth of depths) {
      const fetch = updates.fetchBranch({ branch, ref, contents: 'commits', depth });
      await runThere(fetch, signal);
      const all = await listedBy(runThere, queries.listAncestors(ref), signal);
      if (all.has(before) && all.has(commit)) return isAncestor(runThere, before, commit, signal);
      // The commit that is asked about has come after ours, or is none of this branch.
      if (all.has(before) || !existsSync(join(directory, 'shallow'))) return false;
      if (depth > all.size && all.size === count) break;
      count = all.size;
    }
    throw new Error(`the server does not give the history of branch ${branch} back to ${before}`);
  }

  async #prepare(signal: AbortSignal): Promise<void> {
    const { directory, configure, runThere } = this.#options;
    await mkdir(directory, { recursive: true });
    if (!existsSync(join(directory, 'HEAD'))) await runThere(updates.initialise(), signal);
    await configure();
  }
}

async function listedBy(
  run: RunGit,
  command: GitCommand,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { output } = await run(command, signal);
  return new Set(records(output.toString('latin1'), '\n'));
}

/** Both commits have to be in the clone. */
async function isAncestor(
  run: RunGit,
  before: string,
  commit: string,
  signal: AbortSignal,
): Promise<boolean> {
  return (await run(queries.isAncestor(before, commit), signal)).code === 0;
}
