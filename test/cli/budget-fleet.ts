import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '#test/commands/run-command.ts';

/** The exit status and the outputs of a command. */
export interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Texts of files, by path; undefined removes a file. */
export type Files = Readonly<Record<string, string | undefined>>;

/** BudgetFleet is a fleet repository in Git, with a branch for each change. */
export class BudgetFleet {
  readonly directory: string;
  /** Date of the next commits; now if empty. */
  date = '';

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open(files: Files): Promise<BudgetFleet> {
    const fleet = new BudgetFleet(await mkdtemp(join(tmpdir(), 'regatta-budget-')));
    fleet.git('init', '--quiet', '--initial-branch=main');
    await fleet.write(files);
    fleet.commit('first');
    return fleet;
  }

  close(): Promise<void> {
    return rm(this.directory, { recursive: true });
  }

  /** Compiles and commits files on a new branch, and leaves it checked out. */
  async branch(name: string, from: string, files: Files): Promise<void> {
    this.git('checkout', '--quiet', '--force', '-B', name, from);
    await this.write(files);
    this.commit(name);
  }

  async write(files: Files): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.directory, path);
      if (text === undefined) await rm(file);
      else {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    }
  }

  /** Compiles and commits the files of the work tree. */
  commit(message: string): void {
    const { status, err } = this.run('compile', this.directory);
    assert.equal(status, 0, err);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
  }

  diff(base: string, head: string, ...flags: readonly string[]): Outcome {
    return this.run('diff', '--base', base, '--head', head, ...flags, this.directory);
  }

  run(...args: readonly string[]): Outcome {
    const env = { ...process.env, XDG_CACHE_HOME: join(this.directory, '.git', 'cache') };
    const { status, stdout, stderr } = runCommand(args, { env });
    return { status, out: stdout, err: stderr };
  }

  git(...args: readonly string[]): string {
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    const dates = this.date === '' ? {} : { GIT_COMMITTER_DATE: this.date };
    const env = { ...process.env, ...dates };
    return execFileSync('git', [...author, ...args], {
      cwd: this.directory,
      encoding: 'utf8',
      env,
    });
  }
}

export function clusters(...names: readonly string[]): string {
  return names
    .map(
      (name) =>
        `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\nspec: {syncMode: Push}\n`,
    )
    .join('---\n');
}

/** Returns this many ConfigMaps. */
export function configMaps(count: number): string {
  const map = (index: number) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: shop, name: m${index}}\n`;
  return Array.from({ length: count }, (_, index) => map(index)).join('---\n');
}

/** Returns a policy that places all objects of a kind in namespace shop. */
export function policy(name: string, selector: string, clusterNames: readonly string[]): string {
  return `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {namespace: shop, name: ${name}}
spec:
  resourceSelectors: [${selector}]
  placement: {clusterAffinity: {clusterNames: [${clusterNames.join(', ')}]}}
`;
}

export function namespaces(...names: readonly string[]): string {
  return names
    .map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`)
    .join('---\n');
}
