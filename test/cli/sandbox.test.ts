/** Tests that builds run no program and cannot reach the machine. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { clusterNamed, configMapsTo } from '#test/one-member.ts';

const root = join(import.meta.dirname, '../..');
const compiled = join(tmpdir(), 'node-compile-cache');
/** Node's permission model without child processes; the command may read and write files, and start threads. */
const confined = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', '--allow-worker'];
const policy = configMapsTo('member1');
const cluster = clusterNamed('member1');

interface Run {
  readonly status: number;
  readonly text: string;
}

describe('the isolation of builds', () => {
  let folder: string;
  let fleet: string;
  let bin: string;
  let log: string;
  let server: Server;
  let requests: string[];

  before(async () => {
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.end('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-the-server}\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-sandbox-'));
    fleet = join(folder, 'fleet');
    bin = join(folder, 'bin');
    log = join(folder, 'log');
    requests = [];
    mkdirSync(bin);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Creates programs of these names that log each run. */
  function watch(...names: readonly string[]): void {
    for (const name of names) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>'${log}'\n`, { mode: 0o755 });
    }
  }

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(fleet, path)), { recursive: true });
    writeFileSync(join(fleet, path), text);
  }

  function writeFleet(kustomization: string): void {
    write('regatta.yaml', 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\n');
    write('clusters/member1.yaml', cluster);
    write('policies/all.yaml', policy);
    write('templates/app/kustomization.yaml', kustomization);
  }

  async function regatta(flags: readonly string[], ...args: readonly string[]): Promise<Run> {
    const { promise, resolve } = Promise.withResolvers<Run>();
    const env = {
      PATH: bin,
      HOME: folder,
      XDG_CACHE_HOME: join(folder, 'cache'),
      NODE_COMPILE_CACHE: compiled,
      CANARY: 'a-value-of-the-environment',
    };
    execFile(process.execPath, [...flags, command, ...args], { env }, (error, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code);
      resolve({ status, text: `${stdout}${stderr}` });
    });
    return await promise;
  }

  const ran = () => {
    try {
      return readFileSync(log, 'utf8');
    } catch {
      return '';
    }
  };
  const rendered = (name: string) =>
    readFileSync(join(fleet, `rendered/member1/default/configmap_${name}.yaml`), 'utf8');

  for (const example of ['kustomize', 'helm']) {
    it(`EN6: compile, lint and explain of examples/${example} start no program`, async () => {
      cpSync(join(root, 'examples', example), fleet, { recursive: true });
      const compile = await regatta(confined, 'compile', fleet);
      assert.equal(compile.status, 0, compile.text);
      assert.match(compile.text, /objects for/);
      const lint = await regatta(confined, 'lint', fleet);
      assert.equal(lint.status, 0, lint.text);
      const name =
        example === 'helm' ? ['deploy/web', '-n', 'site'] : ['deploy/cart', '-n', 'shop'];
      const explain = await regatta(confined, 'explain', ...name, '-C', fleet);
      assert.equal(explain.status, 0, explain.text);
    });
  }

  it('EN6: diff starts no program except git', async () => {
    cpSync(join(root, 'examples/kustomize'), fleet, { recursive: true });
    const paths = (process.env.PATH ?? '').split(':').map((at) => join(at, 'git'));
    const found = paths.find((path) => existsSync(path)) ?? '';
    symlinkSync(found, join(bin, 'git'));
    watch('kustomize', 'kubectl', 'helm');
    assert.equal((await regatta([], 'compile', fleet)).status, 0);
    for (const args of [
      ['init', '--quiet'],
      ['add', '--all'],
      ['commit', '--quiet', '-m', 'a'],
    ]) {
      const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b.example'];
      execFileSync(found, ['-C', fleet, ...identity, ...args]);
    }
    const diff = await regatta([], 'diff', fleet, '--base', 'HEAD');
    assert.equal(diff.status, 0, diff.text);
    assert.equal(ran(), '');
  });

  it('K1: S01: files that configure programs run nothing', async () => {
    watch('kustomize', 'kubectl', 'helm', 'git', 'sh');
    writeFleet('resources: [../../.kube]\nhelmGlobals: {chartHome: ../charts}\n');
    const command = `--enable-helm=true\n  - --helm-command=./evil\n`;
    write('.kube/kuberc', `defaults:\n- command: kustomize\n  options:\n  - ${command}`);
    write('.kube/kustomization.yaml', 'resources: [map.yaml]\n');
    write('.kube/map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n');
    write('templates/git/config', '[url "ext::sh -c touch% /tmp/x"]\n  insteadOf = https://\n');
    write('templates/git/kustomization.yaml', 'Resources: ["git@host.example:a/b.git"]\n');
    const { text } = await regatta([], 'compile', fleet);
    assert.equal(ran(), '');
    assert.match(
      text,
      /build\/remote: the kustomization uses the remote source git@host.example:a\/b.git/,
    );
  });

  it('K1: a build with exec functions and plugins runs nothing', async () => {
    watch('evil');
    writeFleet('generators: [generator.yaml]\n');
    write(
      'templates/app/generator.yaml',
      `apiVersion: v1\nkind: Evil\nmetadata:\n  name: a\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ${join(bin, 'evil')}}\n`,
    );
    const { status, text } = await regatta([], 'compile', fleet);
    assert.equal(status, 1, text);
    assert.match(text, /error build\/failed: kustomize cannot build templates\/app: .*plugin/);
    assert.equal(ran(), '');
  });

  it('K2: a build sees no variable of the environment', async () => {
    writeFleet(
      'configMapGenerator: [{name: a, envs: [e.env], options: {disableNameSuffixHash: true}}]',
    );
    write('templates/app/e.env', 'CANARY\nKNOWN=1\n');
    const { status, text } = await regatta([], 'compile', fleet);
    assert.equal(status, 0, text);
    assert.match(rendered('a'), /KNOWN: "1"/);
    assert.doesNotMatch(rendered('a'), /a-value-of-the-environment/);
  });

  it('K2: S04: a build reaches no server of the machine', async () => {
    const { port } = server.address() as AddressInfo;
    for (const field of ['resources', 'Resources', 'CRDs', 'Components', 'OpenAPI']) {
      const address = `http://127.0.0.1:${port}/map.yaml`;
      const entry = field === 'OpenAPI' ? `{path: "${address}"}` : `["${address}"]`;
      writeFleet(`${field}: ${entry}\nnamePrefix: a-\n`);
      const { status, text } = await regatta([], 'compile', fleet);
      assert.deepEqual(requests, [], field);
      assert.equal(status, 1, `${field}: ${text}`);
      assert.match(text, /error build\/remote: /, field);
    }
  });

  it('K2: a build reads no file of the machine', async () => {
    writeFileSync(join(folder, 'secret.txt'), 'a-secret-of-the-machine');
    for (const path of [join(folder, 'secret.txt'), '../../../secret.txt']) {
      writeFleet(`configMapGenerator: [{name: a, files: ["key=${path}"]}]\n`);
      const { status, text } = await regatta([], 'compile', fleet);
      assert.equal(status, 1, text);
      assert.doesNotMatch(text, /a-secret-of-the-machine/);
    }
  });
});
