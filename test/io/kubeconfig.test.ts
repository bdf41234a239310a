import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadFleet } from '#io/kubeconfig.ts';

const never = new AbortController().signal;
let directory = '';
const file = (name: string) => join(directory, name);

describe('loadFleet', () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-kubeconfig-'));
    await writeFile(file('one'), kubeconfig({ member1: 'http://127.0.0.1:1' }));
    await writeFile(file('two'), kubeconfig({ member1: 'http://127.0.0.1:2', member2: 'no-url' }));
  });
  after(() => rm(directory, { recursive: true }));

  it('takes the file that is named, whatever the environment says', () => {
    assert.deepEqual(loadFleet(file('one'), file('two')).clusters, ['member1']);
  });

  it('merges the files of $KUBECONFIG: the first wins, a missing one is no fault', async () => {
    const list = [file('none'), file('one'), file('two')].join(delimiter);
    const fleet = loadFleet(undefined, list);
    assert.deepEqual(fleet.clusters, ['member1', 'member2']);
    await assert.rejects(read(fleet, 'member1'), /127\.0\.0\.1:1: .*(ECONNREFUSED|bad port)/);
  });

  it('names a file that can’t be read', () => {
    assert.throws(() => loadFleet(file('none'), undefined), /kubeconfig .*none: ENOENT/);
    assert.throws(() => loadFleet(undefined, file('none')), /kubeconfig .*none: ENOENT/);
  });

  it('says of a context that its server is none', async () => {
    await assert.rejects(read(loadFleet(file('two'), undefined), 'member2'), /names no server/);
  });

  it('speaks plain HTTP on loopback, with the token of the context', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await writeFile(file('three'), kubeconfig({ member3: `http://127.0.0.1:${port}` }));
    const cluster = loadFleet(file('three'), undefined).connect('member3');
    const kind = { apiVersion: 'v1', kind: 'Widget' };
    assert.equal(await cluster.isNamespaced(kind, never), undefined);
    assert.deepEqual(seen, ['Bearer hunter2']);
    server.closeAllConnections();
    server.close();
  });
});

function read(fleet: ReturnType<typeof loadFleet>, cluster: string): Promise<unknown> {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };
  return fleet.connect(cluster).read(ref, never);
}

/** One context for each cluster name → server. */
function kubeconfig(servers: Readonly<Record<string, string>>): string {
  const names = Object.keys(servers);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    users: [{ name: 'admin', user: { token: 'hunter2' } }],
    clusters: names.map((name) => ({ name, cluster: { server: servers[name] } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'admin' } })),
  });
}
