import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fleetFile } from '#model/fleet.ts';
import type { PublishingPort, RenderedTree } from '#syncer/ports.ts';
import { openProcess, redact, runGit } from './git-process.ts';
import { parseBatch, parseTree } from './git-tree.ts';

export interface GitOptions {
  /** A local path or any URL that git understands. */
  readonly repo: string;
  readonly branch: string;
  /** The rendered root, below the repository's root. */
  readonly path: string;
  /** Where the clone is kept; it holds nothing that can't be fetched again. */
  readonly stateDirectory: string;
  /** Whether a branch that was rewound or pushed by force is followed. */
  readonly allowRewind: boolean;
}

/** Opens the clone, made at first use. @throws Error when the repository's name is unsafe */
export async function openGit(options: GitOptions): Promise<GitSource> {
  const url = repositoryUrl(options.repo);
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  const directory = join(resolve(options.stateDirectory), `${name}.git`);
  await mkdir(directory, { recursive: true });
  const source = new GitSource(url, directory, options);
  await source.prepare();
  return source;
}

/**
 * A bare, shallow clone of the fleet repository. It has no work tree and no hooks, so that nothing
 * in a repository can run or reach outside; manifests are read from Git's objects.
 */
export class GitSource implements PublishingPort {
  readonly url: string;
  readonly directory: string;
  readonly branch: string;
  readonly #path: string;
  readonly #allowRewind: boolean;

  constructor(url: string, directory: string, { branch, path, allowRewind }: GitOptions) {
    this.#allowRewind = allowRewind;
    this.url = url;
    this.directory = directory;
    this.branch = branch;
    this.#path = path.replace(/^\.?\/+|\/+$/g, '');
  }

  async prepare(): Promise<void> {
    if (existsSync(join(this.directory, 'HEAD'))) return;
    await this.#run(['init', '--quiet', '--bare', '--template='], AbortSignal.timeout(60_000));
  }

  /** @throws Error when the branch does not go on from the commit before, unless that is allowed */
  async fetch(signal: AbortSignal): Promise<string> {
    const [ref, fetched] = [`refs/regatta/${this.branch}`, `refs/regatta-fetched/${this.branch}`];
    const before = await this.#commitAt(ref, signal);
    const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head'];
    // What goes on from the commit before is fetched with its history, which tells that it does.
    const depth = before === '' || this.#allowRewind ? ['--depth=1'] : [];
    const spec = `+refs/heads/${this.branch}:${fetched}`;
    await this.#run([...args, ...depth, '--', this.url, spec], signal);
    const head = await this.#commitAt(fetched, signal);
    if (before !== '' && !this.#allowRewind) await this.#expectOnward(before, head, signal);
    await this.#run(['update-ref', ref, head], signal);
    return head;
  }

  /** '' when there is no such ref. */
  async #commitAt(ref: string, signal: AbortSignal): Promise<string> {
    return (await this.#run(['for-each-ref', '--format=%(objectname)', ref], signal)).trim();
  }

  async #expectOnward(before: string, head: string, signal: AbortSignal): Promise<void> {
    const lost = await this.#run(['rev-list', '--max-count=1', before, `^${head}`], signal);
    if (lost.trim() === '') return;
    const [from, to] = [before.slice(0, 12), head.slice(0, 12)];
    throw new Error(
      `branch ${this.branch} was rewound or pushed by force: ${to} does not go on from ${from}; nothing changes, unless --allow-rewind says so`,
    );
  }

  async tree(commit: string, signal: AbortSignal): Promise<RenderedTree | undefined> {
    const args = ['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit, '--'];
    const text = await this.#run([...args, `${this.#path}/`, fleetFile], signal);
    return parseTree(text, this.#path, commit);
  }

  async read(oids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    if (oids.length === 0) return new Map();
    const git = openProcess(this.directory, signal, `${oids.join('\n')}\n`);
    const output: Buffer = await git.binaryCatFile(['--batch']);
    return parseBatch(output);
  }

  async checkout(commit: string, signal: AbortSignal): Promise<string> {
    // A fresh one each time: a killed process may have left anything in the last.
    await rm(this.#workTree, { recursive: true, force: true });
    await this.#run(['worktree', 'prune'], signal);
    await this.#run(['worktree', 'add', '--quiet', '--detach', this.#workTree, commit], signal);
    return this.#workTree;
  }

  async commit(message: string, signal: AbortSignal): Promise<string | undefined> {
    const run = (...args: readonly string[]) => runGit(this.#workTree, args, signal);
    await run('add', '--all', '--force', '.');
    if ((await run('status', '--porcelain')) === '') return undefined;
    await run('commit', '--quiet', '--no-verify', '--message', message);
    return (await run('rev-parse', '--verify', 'HEAD')).trim();
  }

  async push(commit: string, signal: AbortSignal): Promise<'pushed' | 'raced'> {
    const spec = `${commit}:refs/heads/${this.branch}`;
    try {
      await this.#run(['push', '--quiet', '--no-verify', this.url, spec], signal);
      return 'pushed';
    } catch (error) {
      if (isRace(error)) return 'raced';
      throw error;
    }
  }

  get #workTree(): string {
    return this.directory.replace(/\.git$/, '.tree');
  }

  async #run(args: readonly string[], signal: AbortSignal): Promise<string> {
    return runGit(this.directory, args, signal);
  }
}

/** A path made absolute, or the URL as it is. */
function repositoryUrl(repo: string): string {
  if (existsSync(repo)) return resolve(repo);
  // `<transport>::<address>` runs a program; a dash would be read as an option.
  if (repo.startsWith('-') || repo.includes('::'))
    throw new Error(`unsafe repository: ${redact(repo)}`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(repo) || /^[^/]+:/.test(repo)) return repo;
  throw new Error(`no repository at ${repo}`);
}

/** Whether a push failed because the branch is not where it was when it was fetched. */
function isRace(error: unknown): boolean {
  const { cause } = error as { readonly cause?: unknown };
  const text = cause instanceof Error ? cause.message : '';
  return /\(fetch first\)|\(non-fast-forward\)|cannot lock ref|failed to update ref/.test(text);
}
