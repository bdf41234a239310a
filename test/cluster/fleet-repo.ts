import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** FleetRepo is a bare repository with a clone from which an author pushes. */
export class FleetRepo {
  readonly directory: string;
  readonly url: string;
  readonly #author: string;

  constructor(directory: string) {
    this.directory = directory;
    this.url = join(directory, 'repo.git');
    this.#author = join(directory, 'author');
    git(directory, 'init', '--quiet', '--bare', '--initial-branch=main', this.url);
    git(directory, 'init', '--quiet', '--initial-branch=main', this.#author);
  }

  /** Path of the author's work tree. */
  get checkout(): string {
    return this.#author;
  }

  static async make(): Promise<FleetRepo> {
    return new FleetRepo(await mkdtemp(join(tmpdir(), 'regatta-fleet-')));
  }

  /** Commits and pushes files, and resolves to the commit; `undefined` removes a file. */
  async push(files: Readonly<Record<string, string | object | undefined>>): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.#author, path);
      if (content === undefined) {
        await rm(file, { recursive: true });
        continue;
      }
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
    git(this.#author, 'add', '--all');
    git(this.#author, 'commit', '--quiet', '--message=change');
    git(this.#author, 'push', '--quiet', this.url, 'main');
    return git(this.#author, 'rev-parse', 'HEAD');
  }

  /** Sets the branch to another commit, as a forced push does. */
  force(commit: string, branch: string = 'main'): void {
    git(this.#author, 'push', '--quiet', '--force', this.url, `${commit}:refs/heads/${branch}`);
  }

  /** Pulls the commits that the syncer has pushed. */
  pull(): void {
    git(this.#author, 'pull', '--quiet', '--rebase', this.url, 'main');
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}

function git(cwd: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=author', '-c', 'user.email=author@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
}
