import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { command } from '#test/command.ts';
import { authorEnvironment } from './author.ts';
import { FakeForge } from './fake-forge.ts';
import { runProgram } from './run-command.ts';

const evil = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: evil}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
`;

/** S21: a change of the scripts and the tools of the pipelines that hides a manifest. */
export class HostileChange {
  readonly folder: string;
  /** A clone, in which main is checked out. */
  readonly work: string;
  readonly forge: FakeForge;
  base = '';
  head = '';

  private constructor(folder: string, forge: FakeForge) {
    this.folder = folder;
    this.work = join(folder, 'work');
    this.forge = forge;
  }

  /**
   * Creates a repository of the template on a Git server of its own, with the change.
   *
   * @param ref - where the forge keeps the head of the change
   */
  static async make(ci: 'github' | 'gitlab', ref: string): Promise<HostileChange> {
    const folder = await mkdtemp(join(tmpdir(), 'regatta-computed-'));
    const change = new HostileChange(folder, await FakeForge.start());
    await change.#make(ci, ref);
    return change;
  }

  async close(): Promise<void> {
    await this.forge.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  git(...args: readonly string[]): Promise<string> {
    return this.#run('git', '-C', this.work, ...args);
  }

  /** Reports whether code of the change has run. */
  async hasRun(): Promise<boolean> {
    return (await readFile(join(this.folder, 'owned')).catch(() => undefined)) !== undefined;
  }

  /** Adds files to the change, and returns its new head. */
  async commit(message: string, files: Readonly<Record<string, string>>): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.work, path)), { recursive: true });
      await writeFile(join(this.work, path), text, { mode: 0o755 });
      await this.git('add', '--force', path);
    }
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--no-verify', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  async #make(ci: 'github' | 'gitlab', ref: string): Promise<void> {
    const { folder, work } = this;
    await this.#run('git', 'init', '--quiet', '--bare', '--initial-branch=main', 'fleet.git');
    await this.#run('git', 'init', '--quiet', '--initial-branch=main', work);
    await this.#run(process.execPath, command, 'init', work, '--ci', ci);
    await this.git('remote', 'add', 'origin', join(folder, 'fleet.git'));
    this.base = await this.commit('a fleet', {});
    await this.git('checkout', '--quiet', '-b', 'fork');
    const owned = `import { writeFileSync } from 'node:fs';\nwriteFileSync('${folder}/owned', '');\n`;
    const scripts = ['comment', 'tree', 'commands'].map((name) => [`ci/${name}.mjs`, owned]);
    this.head = await this.commit('hide it', {
      ...Object.fromEntries(scripts),
      '.github/workflows/[x](y) @a #1.yml': 'on: push\n',
      'node_modules/.bin/regatta': `#!/bin/sh\ntouch ${folder}/owned\n`,
      'rendered/staging/_cluster/evil.yaml': evil,
    });
    await this.git('push', '--quiet', 'origin', 'main', `${this.head}:${ref}`);
    await this.git('checkout', '--quiet', '--force', 'main');
    await this.git('branch', '--quiet', '-D', 'fork');
  }

  async #run(program: string, ...args: readonly string[]): Promise<string> {
    const { folder } = this;
    const ran = await runProgram(program, args, { cwd: folder, env: authorEnvironment(folder) });
    assert.equal(ran.status, 0, `${program} ${args.join(' ')}\n${ran.stdout}${ran.stderr}`);
    return ran.stdout.trim();
  }
}
