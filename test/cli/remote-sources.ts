import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { clusterNamed, configMapsTo } from '#test/one-member.ts';
import { ChartServer } from '../chart-server.ts';
import { GitServer } from '../git-server.ts';

const configMap = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: ${value}}\n`;

/** A fleet repository, with the servers of the charts, bases and files that its templates use. */
export class RemoteSources {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'regatta-lock-'));
  readonly fleet: string = join(this.folder, 'fleet');
  /** The work tree from which bases are pushed. */
  readonly author: string = join(this.folder, 'author');
  #servers: { readonly files: ChartServer; readonly git: GitServer } | undefined;

  get files(): ChartServer {
    return this.#started().files;
  }

  get git(): GitServer {
    return this.#started().git;
  }

  async start(): Promise<void> {
    const files = await ChartServer.start();
    run(this.folder, 'git', 'init', '--quiet', '--bare', '--initial-branch=main', 'bases.git');
    run(this.folder, 'git', 'init', '--quiet', '--initial-branch=main', 'author');
    this.#servers = { files, git: await GitServer.start({ root: this.folder }) };
    this.publish('one');
    this.pushBase('first');
    files.serve('/app.yaml', configMap('plain', 'first'));
  }

  async close(): Promise<void> {
    await this.files.close();
    await this.git.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Replaces the fleet repository by one without templates whose settings allow network access. */
  reset(): void {
    rmSync(this.fleet, { recursive: true, force: true });
    this.write('clusters/member1.yaml', clusterNamed('member1'));
    this.write('policies/all.yaml', configMapsTo('member1'));
    const head = 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\n';
    this.write('regatta.yaml', `${head}spec: {network: Allow}\n`);
  }

  write(path: string, text: string, top: string = this.fleet): void {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }

  publish(value: string): Buffer {
    const template = configMap('{{ .Release.Name }}', `{{ .Values.value }}-${value}`);
    return this.files.publish('1.0.0', template);
  }

  /** Pushes a base that refers to another base of the same repository. */
  pushBase(value: string, more = ''): void {
    const { author } = this;
    this.write('deploy/kustomization.yaml', 'resources: [../common]\nnamePrefix: my-\n', author);
    this.write('common/kustomization.yaml', `resources: [map.yaml${more}]\n`, author);
    this.write('common/map.yaml', configMap('base', value), author);
    run(author, 'git', 'add', '--all');
    run(author, 'git', 'commit', '--quiet', '--message', value);
    run(author, 'git', 'push', '--quiet', join(this.folder, 'bases.git'), 'HEAD:main');
  }

  /** Returns the address of the base. */
  address(): string {
    return `${this.git.url}bases.git//deploy?ref=main`;
  }

  writeRelease(repository: string = `http://${this.files.host}/charts`): void {
    const spec = `  chart: web\n  repository: ${repository}\n  version: 1.0.0\n`;
    const head = 'apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: web}\n';
    this.write('templates/web.yaml', `${head}spec:\n${spec}`);
  }

  writeKustomization(...resources: readonly string[]): void {
    this.write('templates/app/kustomization.yaml', `resources: ${JSON.stringify(resources)}\n`);
  }

  #started(): { readonly files: ChartServer; readonly git: GitServer } {
    if (this.#servers === undefined) throw new Error('the servers are not started');
    return this.#servers;
  }
}

function run(cwd: string, command: string, ...args: readonly string[]): void {
  const identity = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com' };
  const committer = { GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com' };
  execFileSync(command, args, { cwd, env: { ...process.env, ...identity, ...committer } });
}
