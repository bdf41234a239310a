import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fleetFile } from '#model/fleet-file.ts';
import { type Origin, repositoryAddress } from '#model/origin.ts';
import type {
  DeletingCommit,
  LastRender,
  PublishingPort,
  RenderedTree,
  RenderingPort,
} from '#syncer/ports/source.ts';
import { makePrivate } from '../files/private.ts';
import { gitAccess } from './access.ts';
import { Ancestry } from './ancestry.ts';
import { FollowedBranch, type RunGit } from './branch.ts';
import { checkOut } from './check-out.ts';
import { Clone } from './clone.ts';
import type { GitCommand } from './commands/command.ts';
import * as queries from './commands/queries.ts';
import * as updates from './commands/updates.ts';
import { deletingCommits, fetchHistory } from './deleting-commits.ts';
import { EarlyFetch } from './early-fetch.ts';
import type { GitOptions } from './git-options.ts';
import { lastRender } from './last-render.ts';
import { makeStateFolder } from './make-folder.ts';
import { ownState } from './owned-state.ts';
import { fetchMissing } from './partial.ts';
import { GitError, runGit } from './process.ts';
import { Queue } from './queue.ts';
import { oidIn, parseBlobs, parseTree, records } from './tree.ts';
import { parseRemoteAddress } from './url.ts';
import { commitVerifier } from './verify.ts';

/**
 * Opens the clone of a repository, and creates the clone when it does not exist.
 *
 * @throws Error when the address is unsafe or leads to no repository, and as `gitAccess`
 * @throws GitError when git cannot create the clone
 */
export async function openGit(options: GitOptions): Promise<GitSource> {
  const { url } = parseRemoteAddress(options.repo);
  const id = options.whole ? url : `${url} partial`;
  const name = createHash('sha256').update(id).digest('hex').slice(0, 16);
  const state = resolve(options.stateDirectory);
  await makeStateFolder(state);
  const directory = `${ownState(join(state, name))}.git`;
  const source = openClone(directory, options);
  await source.prepare();
  makePrivate(directory);
  return source;
}

/** Opens a clone that another process has prepared and updates. */
export function openClone(directory: string, options: GitOptions): GitSource {
  const repository = parseRemoteAddress(options.repo);
  const { whole = false, maxFetchBytes = 1024 ** 3, onSilence } = options;
  const how = gitAccess(repository, options.access ?? {});
  const { url } = repository;
  const clone = new Clone({ url, directory, how, whole, maxFetchBytes, onSilence });
  return new GitSource(clone, options);
}

/**
 * A bare, shallow clone of the fleet repository. It has no work tree and no hooks, so that content of
 * the repository can neither run nor reach outside. The syncer reads manifests from Git's objects. A clone
 * that is not `whole` holds the contents of rendered files only.
 */
export class GitSource implements PublishingPort, RenderingPort {
  readonly directory: string;
  readonly branch: string;
  readonly origin: Origin;
  readonly #clone: Clone;
  /** The paths that the syncer reads in a commit, relative to the repository's root. */
  readonly #paths: readonly string[];
  readonly #path: string;
  readonly #followed: FollowedBranch;
  readonly #whole: boolean;
  readonly #ancestry: Ancestry;
  readonly #run: RunGit;
  readonly #fetches = new Queue();
  readonly #early: EarlyFetch;

  constructor(clone: Clone, options: GitOptions) {
    const { branch, path, allowRewind, clusters = [''], whole = false, verify } = options;
    this.#clone = clone;
    this.#run = clone.run;
    this.directory = clone.directory;
    this.branch = branch;
    this.#path = path.replace(/^\.?\/+|\/+$/g, '');
    this.origin = { repository: repositoryAddress(clone.url), branch, path: this.#path };
    const directories = clusters.map((name) => `${this.#path}/${name === '' ? '' : `${name}/`}`);
    this.#paths = [...directories, fleetFile];
    this.#whole = whole;
    const verified = verify && commitVerifier(this.#run, verify);
    this.#followed = new FollowedBranch(this.#run, {
      branch,
      allowRewind,
      whole,
      verify: verified,
      descends: (...question) => this.#ancestry.goesOnFrom(...question),
    });
    this.#ancestry = this.#openAncestry();
    const fetch = (until: AbortSignal) => this.#repairing(until, () => this.#followed.fetch(until));
    this.#early = new EarlyFetch((until) => this.#fetches.run(() => fetch(until)));
  }

  #openAncestry(): Ancestry {
    const directory = this.directory.replace(/\.git$/, '.commits.git');
    return new Ancestry({
      run: this.#run,
      branch: this.branch,
      directory,
      runThere: (...call) => this.#clone.runIn(directory, ...call),
      configure: () => this.#clone.configure(directory, 'tree:0'),
    });
  }

  /** Creates the clone, or replaces a broken one. Nothing is lost, because git can fetch everything again. */
  prepare(): Promise<void> {
    return this.#clone.prepare();
  }

  /** Begins a fetch, whose result the next call of `fetch` returns. */
  startFetch(signal: AbortSignal): void {
    this.#early.start(signal);
  }

  fetch(signal: AbortSignal): Promise<string> {
    return this.#early.run(signal);
  }

  last(signal: AbortSignal): Promise<string | undefined> {
    return this.#followed.last(signal);
  }

  async goesOnFrom(before: string, commit: string, signal: AbortSignal): Promise<boolean> {
    if (before === commit || this.#followed.isKnownDescendant(before, commit)) return true;
    return this.#ancestry.goesOnFrom(before, commit, signal);
  }

  tree(commit: string, signal: AbortSignal): Promise<RenderedTree | undefined> {
    return this.#repairing(signal, () => this.#tree(commit, signal));
  }

  async #tree(commit: string, signal: AbortSignal): Promise<RenderedTree | undefined> {
    await this.#complete(commit, this.#paths, signal);
    const { output } = await this.#run(queries.listTree(commit, this.#paths), signal);
    return parseTree(output, this.#path, commit);
  }

  /** Fetches the contents that the clone lacks below some paths of a commit; without paths, all of them. */
  async #complete(commit: string, paths: readonly string[], signal: AbortSignal): Promise<void> {
    if (this.#whole) return;
    const run = (command: GitCommand) => this.#run(command, signal);
    const missing = await fetchMissing(run, commit, paths);
    if (missing === 'refused') await this.#followed.fetchWhole(signal);
  }

  lastRender(
    commit: string,
    outputs: readonly string[],
    signal: AbortSignal,
  ): Promise<LastRender | undefined> {
    const contents = this.#whole ? ('all' as const) : ('none' as const);
    const clone = { run: this.#run, directory: this.directory, branch: this.branch, contents };
    return lastRender(clone, commit, outputs, signal);
  }

  async deletingCommits(
    before: string,
    commit: string,
    signal: AbortSignal,
  ): Promise<readonly DeletingCommit[]> {
    const run = (command: GitCommand) => this.#run(command, signal);
    const contents = this.#whole ? ('all' as const) : ('none' as const);
    const clone = { run, branch: this.branch, contents };
    // Git locks the clone while it changes where the history begins.
    await this.#fetches.run(() => fetchHistory(clone, before, commit));
    const complete = (id: string, paths: readonly string[]) => this.#complete(id, paths, signal);
    return deletingCommits({ run, root: this.#path, complete }, before, commit);
  }

  async clusterNames(commit: string, signal: AbortSignal): Promise<readonly string[]> {
    const { output } = await this.#run(queries.listFolders(commit, this.#path), signal);
    return records(output, '\0').map((path) => path.slice(this.#path.length + 1));
  }

  async read(oids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    if (oids.length === 0) return new Map();
    return this.#repairing(signal, async () => {
      const { output } = await this.#run(queries.readObjects(oids), signal);
      return parseBlobs(output, oids);
    });
  }

  /** Replaces a damaged clone if an action fails, so that the next try finds a sound one. */
  async #repairing<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      await this.#clone.repair(this.branch, signal);
      throw error;
    }
  }

  async checkout(commit: string, signal: AbortSignal): Promise<string> {
    // Replaces the old work tree, because a killed process may have left partial files in it.
    await this.#complete(commit, [], signal);
    await rm(this.#workTree, { recursive: true, force: true });
    await this.#run(updates.pruneWorkTrees(), signal);
    await checkOut({ directory: this.#workTree, commit, except: undefined }, (command) =>
      this.#run(command, signal),
    );
    return this.#workTree;
  }

  async hasChanges(signal: AbortSignal): Promise<boolean> {
    await runGit(this.#workTree, updates.stageAll(), signal);
    return (await runGit(this.#workTree, queries.hasStaged(), signal)).code === 1;
  }

  async commit(message: string, signal: AbortSignal): Promise<string | undefined> {
    if (!(await this.hasChanges(signal))) return undefined;
    const run = (command: GitCommand) => runGit(this.#workTree, command, signal);
    await run(updates.commitStaged(message));
    return oidIn((await run(queries.readRef('HEAD'))).output);
  }

  async push(commit: string, signal: AbortSignal): Promise<'pushed' | 'raced'> {
    try {
      await this.#run(updates.pushTo(this.branch, commit), signal);
      return 'pushed';
    } catch (error) {
      if (isRace(error)) return 'raced';
      throw error;
    }
  }

  get #workTree(): string {
    return this.directory.replace(/\.git$/, '.tree');
  }
}

/** Reports whether a push failed because the branch moved after the last fetch. */
function isRace(error: unknown): boolean {
  const text = error instanceof GitError ? error.stderr : '';
  return /\(fetch first\)|\(non-fast-forward\)|cannot lock ref|failed to update ref/.test(text);
}
