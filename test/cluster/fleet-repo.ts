import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';

/** The id of each fleet repository, unless its regatta.yaml sets another one. */
export const fleetId = 'f1eet00001';

/** FleetRepo is a bare repository with a clone from which an author pushes. */
export class FleetRepo {
  readonly directory: string;
  readonly url: string;
  readonly #author: string;
  #isEmpty = true;

  constructor(directory: string) {
    this.directory = directory;
    this.url = join(directory, 'repo.git');
    this.#author = join(directory, 'author');
    run('sh', ['-e', '-c', makeRepositories, 'sh', this.url, this.#author], directory);
  }

  /** Path of the author's work tree. */
  get checkout(): string {
    return this.#author;
  }

  static async make(): Promise<FleetRepo> {
    return new FleetRepo(await mkdtemp(join(tmpdir(), 'regatta-fleet-')));
  }

  /**
   * Commits and pushes files, and resolves to the commit; `undefined` removes a file. regatta.yaml keeps the id of
   * the fleet.
   */
  async push(files: Readonly<Record<string, string | object | undefined>>): Promise<string> {
    const own = this.#isEmpty || 'regatta.yaml' in files ? identified(files['regatta.yaml']) : {};
    this.#isEmpty = false;
    for (const [path, content] of Object.entries({ ...files, ...own })) {
      const file = join(this.#author, path);
      if (content === undefined) {
        await rm(file, { recursive: true });
        continue;
      }
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return run('sh', ['-e', '-c', commitAndPush, 'sh', this.url], this.#author);
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

/** Returns regatta.yaml with the id of the fleet; a faulty file unchanged. */
function identified(
  content: string | object | undefined,
): Readonly<Record<string, string | object>> {
  const settings = (typeof content === 'string' ? load(content) : content) ?? {};
  const { spec } = settings as { readonly spec?: object };
  const header = { apiVersion: 'regatta.dev/v1alpha1', kind: 'Fleet' };
  return { 'regatta.yaml': { ...header, ...settings, spec: { id: fleetId, ...spec } } };
}

/** One shell per push: the start of a process from Node takes longer than git does. */
const commitAndPush = `
git add --all
git commit --quiet --message=change
git push --quiet "$1" main
git rev-parse HEAD`;

/** The empty template saves the copies of sample hooks. */
const makeRepositories = `
git init --quiet --bare --initial-branch=main --template= "$1"
git init --quiet --initial-branch=main --template= "$2"
printf '[user]\nname=author\nemail=author@example.com\n[maintenance]\nauto=false\n' >> "$2/.git/config"`;

function git(cwd: string, ...args: readonly string[]): string {
  return run('git', args, cwd);
}

function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8' }).trim();
}
