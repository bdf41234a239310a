import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivate, privateFolder } from '../files/private.ts';
import type { RunGit } from './branch.ts';
import { type GitCommand, isObjectId } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import { records } from './tree.ts';

/** Depths of the successive fetches, in commits. The last fetch brings the server's whole history. */
const depths = [64, 1024, 16_384, 2_147_483_647];

interface AncestryOptions {
  /** Runs git in the clone that the syncer reads. */
  readonly run: RunGit;
  readonly branch: string;
  /** Directory of the second clone, which holds commits without trees. */
  readonly directory: string;
  /** Runs git in `directory`, with the server and the settings of the syncer's clone. */
  readonly runThere: RunGit;
  /** Writes the settings of a clone that holds commits without trees. */
  readonly configure: () => Promise<void>;
}

/**
 * Determines whether one commit descends from another. The syncer's clone is shallow, so commits
 * that it lacks are looked up in a second clone that holds commits without trees and files. The first
 * query creates that clone, and git deepens it in steps until the answer is certain.
 */
export class Ancestry {
  readonly #options: AncestryOptions;
  /** The running query. Queries run one after the other, because git locks the clone while it fetches. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: AncestryOptions) {
    this.#options = options;
  }

  /**
   * Reports whether `commit` is `before` or descends from it.
   *
   * @throws Error when git fails, or when the server does not send the history back to `before`
   */
  async goesOnFrom(before: string, commit: string, signal: AbortSignal): Promise<boolean> {
    // Any text is possible, because another client may have changed the id in the cluster.
    if (!isObjectId(before)) return false;
    const { run } = this.#options;
    if ((await listedBy(run, queries.listAncestors(commit), signal)).has(before)) return true;
    const answer = this.#last.then(() => this.#askServer(before, commit, signal));
    this.#last = answer.catch(async () => {
      // The clone may be broken, and fetching commits again is cheap.
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
      // `before` is newer than `commit`, or is not on this branch.
      if (all.has(before) || !existsSync(join(directory, 'shallow'))) return false;
      if (depth > all.size && all.size === count) break;
      count = all.size;
    }
    throw new Error(`the server does not send the history of branch ${branch} back to ${before}`);
  }

  async #prepare(signal: AbortSignal): Promise<void> {
    const { directory, configure, runThere } = this.#options;
    await mkdir(directory, { recursive: true, mode: privateFolder });
    if (!existsSync(join(directory, 'HEAD'))) await runThere(updates.initialise(), signal);
    await configure();
    makePrivate(directory);
  }
}

async function listedBy(
  run: RunGit,
  command: GitCommand,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { output } = await run(command, signal);
  return new Set(records(output, '\n'));
}

/** Reports whether `before` is an ancestor of `commit`. Both commits must be in the clone. */
async function isAncestor(
  run: RunGit,
  before: string,
  commit: string,
  signal: AbortSignal,
): Promise<boolean> {
  return (await run(queries.isAncestor(before, commit), signal)).code === 0;
}
