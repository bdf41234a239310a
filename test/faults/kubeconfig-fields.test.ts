import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { loadContexts } from '#io/kubernetes/kubeconfig.ts';
import { findAssets } from '#test/bed/assets.ts';
import { type KubeconfigCase, plainRequest, type Sent } from '#test/kubeconfig/case.ts';
import { kubeconfigCases } from '#test/kubeconfig/cases.ts';
import { RecordingServer } from '#test/kubeconfig/recording-server.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
let server: RecordingServer;
let kubectl = '';

/** Returns what the server saw of one request, or `refused` when it saw none. */
async function observe(call: () => Promise<unknown>): Promise<Sent | 'refused'> {
  const isDone = await call().then(
    () => true,
    () => false,
  );
  const [sent, ...more] = server.sent.splice(0);
  assert.deepEqual(more, []);
  return isDone && sent !== undefined ? sent : 'refused';
}

function byKubectl(file: string): Promise<Sent | 'refused'> {
  const env = { PATH: process.env.PATH, HOME: server.folder, KUBERC: 'off' };
  return observe(async () => {
    const started = run(kubectl, ['--kubeconfig', file, 'get', '--raw', '/x'], { env });
    started.child.stdin?.end();
    await started;
  });
}

function byRegatta(file: string): Promise<Sent | 'refused'> {
  const call = async () =>
    loadContexts(file, undefined)
      .connect('member1')
      .call({ method: 'GET', path: '/x', what: 'x' }, never);
  return observe(call);
}

describe('kubectl and Regatta with the same kubeconfig', () => {
  before(async () => {
    kubectl = join(findAssets({ controllers: false }), 'kubectl');
    server = await RecordingServer.open();
  });
  after(() => server.close());

  it('K40: sends the requests that kubectl sends, for every field', async (test) => {
    for (const one of kubeconfigCases(server.values)) {
      await test.test(one.name, async () => {
        const file = await server.write(one);
        const expected = await byKubectl(file);
        const different = differenceOf(one);
        assert.deepEqual(await byRegatta(file), different ?? expected);
        if (different !== undefined) assert.notDeepEqual(expected, different);
      });
    }
  });

  it('K40: gives credential plugins what kubectl gives them', async (test) => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './plugin.sh',
      args: ['one', 'two three'],
      env: [{ name: 'PLUGIN_A', value: 'b c' }],
      interactiveMode: 'IfAvailable',
    };
    const config = { name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } };
    const { ca } = server.values;
    const clusters = [
      {},
      { extensions: [config], 'tls-server-name': 'localhost' },
      { 'certificate-authority': undefined, 'certificate-authority-data': ca },
      { 'certificate-authority': undefined, 'insecure-skip-tls-verify': true },
      { 'disable-compression': true, 'proxy-url': server.values.httpProxy },
    ];
    for (const provideClusterInfo of [false, true]) {
      for (const cluster of clusters) {
        await test.test(`${provideClusterInfo} ${Object.keys(cluster)}`, async () => {
          const user = { exec: { ...exec, provideClusterInfo } };
          const file = await server.write({ cluster, user });
          const expected = await startedBy(() => byKubectl(file));
          assert.deepEqual(await startedBy(() => byRegatta(file)), expected);
        });
      }
    }
  });
});

/** Returns what Regatta does where kubectl asks a person for a username, or ignores a field that it does not know. */
function differenceOf({ name }: KubeconfigCase): Sent | 'refused' | undefined {
  if (name === 'no credentials') return plainRequest;
  return name.startsWith('an unknown field') ? 'refused' : undefined;
}

/** Returns how the plugin was started: its request, arguments, standard input and variables. */
async function startedBy(work: () => Promise<unknown>): Promise<object> {
  const files = ['info', 'started'].map((name) => join(server.folder, name));
  for (const file of files) await writeFile(file, '');
  await work();
  const [info = '', started = ''] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return { info: JSON.parse(info), started };
}
