import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAccess } from '#test/api/access.ts';
import { ApiProxy } from '#test/api/proxy.ts';
import { Scenario } from '#test/cluster/scenario.ts';
import { GitServer } from '#test/git-server.ts';
import { clusterNamed } from '#test/one-member.ts';
import { EchoServer } from './echo-server.ts';
import { fleetFiles } from './fleet-files.ts';
import { canaries } from './scan.ts';

/** The clusters whose servers accept nothing, by their credentials. */
const echoing = ['plugin', 'broken', 'keyed', 'basic', 'proxied'] as const;

const everywhere = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: everywhere, namespace: default}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap, name: everywhere}]
  placement: {clusterAffinity: {clusterNames: [member1, ${echoing.join(', ')}]}}
`;

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } };

/** A fleet with a canary in each kind of secret. `member1` is a cluster, the others repeat what they refuse. */
export class HostileFleet {
  readonly scenario: Scenario;
  readonly proxy: ApiProxy;
  readonly git: GitServer;
  readonly echo: EchoServer;
  readonly folder: string;

  private constructor(scenario: Scenario, proxy: ApiProxy, git: GitServer, echo: EchoServer) {
    this.folder = scenario.repo.directory;
    this.scenario = scenario;
    this.proxy = proxy;
    this.git = git;
    this.echo = echo;
    for (const [name, value] of Object.entries(canaries)) writeFileSync(this.file(name), value);
    this.#writeKubeconfig();
  }

  static async open(): Promise<HostileFleet> {
    const scenario = await Scenario.open();
    const { repo, fleet } = scenario;
    const git = await GitServer.start({ root: repo.directory });
    git.login = { username: 'x-access-token', password: canaries.gitToken };
    execFileSync('git', ['-C', repo.url, 'config', 'http.receivepack', 'true']);
    const proxy = await ApiProxy.open(fleet.kubeconfig, 'member1');
    return new HostileFleet(scenario, proxy, git, await EchoServer.open());
  }

  async close(): Promise<void> {
    this.proxy.close();
    this.echo.close();
    await this.git.close();
    await this.scenario.close();
  }

  /** Returns the path of a file beside the repository. The file of a canary has its name. */
  file(name: string): string {
    return join(this.folder, name);
  }

  folderOf(name: string): string {
    mkdirSync(this.file(name), { recursive: true, mode: 0o700 });
    return this.file(name);
  }

  /** Pushes sources with other values of the secrets in the repository. */
  async publish(
    revision: string,
    more: Readonly<Record<string, string | undefined>> = {},
  ): Promise<void> {
    if (revision !== '-1') this.scenario.repo.pull();
    const metadata = { name: 'everywhere', namespace: 'default' };
    await this.scenario.repo.push({
      ...(await fleetFiles(revision)),
      'clusters/others.yaml': echoing.map(clusterNamed).join('---\n'),
      'policies/everywhere.yaml': everywhere,
      'templates/everywhere.json': JSON.stringify({ ...configMap, metadata }),
      ...more,
    });
  }

  #writeKubeconfig(): void {
    const { server, token = '' } = readAccess(this.proxy.kubeconfig, 'member1');
    const own = token === '' ? canaries.kubeconfigToken : token;
    const names = ['member1', ...echoing];
    const [http, https] = [`http://${this.echo.host}`, `https://${this.echo.host}`];
    const proxy = `http://user:${canaries.proxyPassword}@${this.echo.host}`;
    const servers: Readonly<Record<string, object>> = {
      member1: { server },
      keyed: { server: https },
      proxied: { server: 'http://proxied.invalid', 'proxy-url': proxy },
    };
    const users = { member1: { token: own }, proxied: {}, ...this.#users() };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
      clusters: names.map((name) => ({ name, cluster: servers[name] ?? { server: http } })),
      users: Object.entries(users).map(([name, user]) => ({ name, user })),
    };
    writeFileSync(this.file('kubeconfig'), JSON.stringify(config), { mode: 0o600 });
  }

  #users() {
    const pem = (text: string) => Buffer.from(text).toString('base64');
    const key = `-----BEGIN PRIVATE KEY-----\n${canaries.clientKey}\n-----END PRIVATE KEY-----\n`;
    return {
      plugin: { exec: this.#plugin('plugin', '') },
      broken: { exec: this.#plugin('broken', `echo "no: $answer $SECRET_KEY" >&2; exit 1`) },
      keyed: { 'client-certificate-data': pem(key), 'client-key-data': pem(key) },
      basic: { username: 'robot', password: canaries.kubeconfigPassword },
    };
  }

  /** Writes a credential plugin, which answers with a token, and then does something more. */
  #plugin(name: string, then: string): object {
    const apiVersion = 'client.authentication.k8s.io/v1';
    const status = { token: canaries.pluginToken };
    const answer = JSON.stringify({ apiVersion, kind: 'ExecCredential', status });
    const lines = ['#!/bin/sh', `answer='${answer}'`, 'echo "$answer"', then];
    writeFileSync(this.file(`${name}.sh`), `${lines.join('\n')}\n`, { mode: 0o700 });
    const env = [{ name: 'SECRET_KEY', value: canaries.pluginVariable }];
    return { apiVersion, command: `./${name}.sh`, interactiveMode: 'Never', env };
  }
}
