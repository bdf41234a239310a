import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitOptions } from '#io/git/git-options.ts';
import { type GitSource, openGit } from '#io/git/source.ts';
import type { SigningKey } from './signing.ts';

/** A repository with signed commits and tags, and the sources that verify it. */
export class SignedRepository {
  /** Contains the work tree, the keys and the state of the sources. */
  readonly directory: string;
  readonly #repo: string;
  #count = 0;

  private constructor(directory: string) {
    this.directory = directory;
    this.#repo = join(directory, 'repo');
  }

  static async make(): Promise<SignedRepository> {
    const repository = new SignedRepository(await mkdtemp(join(tmpdir(), 'regatta-verify-')));
    await mkdir(repository.#repo);
    repository.git(['init', '--quiet', '--initial-branch=main']);
    return repository;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }

  /** Opens a source that has accepted no commit yet. */
  async open(
    keys: Readonly<Record<string, string>>,
    mode: 'commits' | 'tags' = 'commits',
  ): Promise<GitSource> {
    const folder = join(this.directory, `keys-${this.#count++}`);
    await mkdir(folder);
    for (const [name, text] of Object.entries(keys)) await writeFile(join(folder, name), text);
    return openGit({ ...this.options(), verify: { mode, keys: folder } });
  }

  /** Returns the options of a source with a new state directory. */
  options(): GitOptions {
    const stateDirectory = join(this.directory, `state-${this.#count++}`);
    const repo = this.#repo;
    return { repo, branch: 'main', path: 'rendered', stateDirectory, allowRewind: false };
  }

  /** Creates a commit, and signs it if there is a key. */
  commit(key?: SigningKey): string {
    execFileSync('sh', ['-c', `echo ${this.#count++} > file`], { cwd: this.#repo });
    this.git(['add', '--all']);
    this.git(['commit', '--quiet', '--message=x', ...(key ? ['--gpg-sign'] : [])], key);
    return this.git(['rev-parse', 'HEAD']);
  }

  tag(name: string, key: SigningKey): void {
    this.git(['tag', '--sign', '--message=x', name], key);
  }

  git(args: readonly string[], key: Partial<SigningKey> = {}, input = ''): string {
    const config = ['user.name=ann', 'user.email=ann@example.com', ...(key.config ?? [])];
    return execFileSync('git', [...config.flatMap((one) => ['-c', one]), ...args], {
      cwd: this.#repo,
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', ...key.env },
      encoding: 'utf8',
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim();
  }
}
