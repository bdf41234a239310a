import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import { until } from '#test/until.ts';

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

  it('reads the given file, and ignores the environment', () => {
    assert.deepEqual(loadFleet(file('one'), file('two')).clusters, ['member1']);
  });

  it('merges the files of $KUBECONFIG: the first file wins, and missing files are ignored', async () => {
    const list = [file('none'), file('one'), file('two')].join(delimiter);
    const fleet = loadFleet(undefined, list);
    assert.deepEqual(fleet.clusters, ['member1', 'member2']);
    await assert.rejects(read(fleet, 'member1'), /127\.0\.0\.1:1: .*(ECONNREFUSED|bad port)/);
  });

  it('names a file that it cannot read', () => {
    assert.throws(
      () => loadFleet(file('none'), undefined),
      /kubeconfig .*none: cannot open .*none: no such file or directory; check the path/,
    );
    assert.throws(
      () => loadFleet(undefined, file('none')),
      /kubeconfig .*none: cannot open .*none: no such file or directory/,
    );
  });

  it('reports a server without TLS elsewhere than on loopback', async () => {
    await assert.rejects(
      read(loadFleet(file('two'), undefined), 'member2'),
      /^ClusterError: kubeconfig .*two: cluster member2: field "server" must be an HTTPS URL, or an HTTP URL on loopback: no-url$/,
    );
  });

  it('K40: refuses the cluster whose entry is faulty, and no other', async () => {
    const config = JSON.parse(kubeconfig({ member1: 'http://127.0.0.1:1' }));
    config.users.push({ name: 'robot', user: { token: 'a', x: 1 } });
    config.contexts.push({ name: 'member2', context: { cluster: 'member1', user: 'robot' } });
    config.contexts.push({ name: 'member3', context: { cluster: 'member1', user: 'stranger' } });
    await writeFile(file('faulty'), JSON.stringify(config));
    const fleet = loadFleet(file('faulty'), undefined);
    assert.deepEqual(fleet.clusters, ['member1', 'member2', 'member3']);
    await assert.rejects(read(fleet, 'member1'), /127\.0\.0\.1:1: /);
    await assert.rejects(
      read(fleet, 'member2'),
      /^ClusterError: kubeconfig .*faulty: user robot: field "x" is not supported$/,
    );
    await assert.rejects(read(fleet, 'member3'), /context member3: there is no user "stranger"$/);
  });

  it('K40: refuses a file in which kubectl finds two entries of one name', async () => {
    const config = JSON.parse(kubeconfig({ member1: 'http://127.0.0.1:1' }));
    config.users.push(config.users[0]);
    await writeFile(file('double'), JSON.stringify(config));
    assert.throws(
      () => loadFleet(file('double'), undefined),
      /double: user admin is defined twice$/,
    );
  });

  it('speaks plain HTTP on loopback, with the token of the context', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const status = { kind: 'Status', code: 404, message: 'not found' };
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(status));
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

describe('a kubeconfig that is replaced', () => {
  let server: Server;
  let good = 'first';
  let seen: string[] = [];
  const kind = { apiVersion: 'v1', kind: 'Widget' };
  const write = (user: object) =>
    writeFile(file('live'), kubeconfig({ member1: addressOf(server) }, user));

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-kubeconfig-'));
    server = createServer(({ headers }, response) => {
      const token = headers.authorization?.slice('Bearer '.length) ?? '';
      seen.push(token);
      const status = token === good ? 200 : 401;
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end('{"kind":"APIResourceList","resources":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    good = 'first';
    seen = [];
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
  });

  it('is read again, and the refused request is repeated with the new credentials', async () => {
    await write({ token: 'first' });
    const port = loadFleet(file('live'), undefined).connect('member1');
    await port.isNamespaced(kind, never);
    good = 'second';
    await write({ token: 'second' });
    await port.isNamespaced(kind, never);
    assert.deepEqual(seen, ['first', 'first', 'second']);
  });

  it('can name a token file, which is read again when the token is refused', async () => {
    await writeFile(file('token'), 'first\n');
    await write({ tokenFile: 'token' });
    const port = loadFleet(file('live'), undefined).connect('member1');
    await port.isNamespaced(kind, never);
    good = 'second';
    await writeFile(file('token'), 'second\n');
    await port.isNamespaced(kind, never);
    assert.deepEqual(seen, ['first', 'first', 'second']);
  });

  it('can name a program, which runs again when its token is refused', async () => {
    await writeFile(file('plugin-token'), 'first');
    const expirationTimestamp = new Date(Date.now() + 3_600_000).toISOString();
    const script = `
      const token = require('node:fs').readFileSync(${JSON.stringify(file('plugin-token'))}, 'utf8');
      const { kind, apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      const status = { token, expirationTimestamp: '${expirationTimestamp}' };
      console.log(JSON.stringify({ kind, apiVersion, status }));`;
    const apiVersion = 'client.authentication.k8s.io/v1beta1';
    await write({ exec: { apiVersion, command: process.execPath, args: ['-e', script] } });
    const port = loadFleet(file('live'), undefined).connect('member1');
    await port.isNamespaced(kind, never);
    good = 'second';
    await writeFile(file('plugin-token'), 'second');
    await port.isNamespaced(kind, never);
    assert.deepEqual(seen, ['first', 'first', 'second']);
  });

  it('is read for other credentials at most once a second', async () => {
    await write({ token: 'wrong' });
    const port = loadFleet(file('live'), undefined).connect('member1');
    for (let time = 0; time < 3; time++) {
      await assert.rejects(
        port.isNamespaced(kind, never),
        /^ClusterError: the API server refused the credentials of user admin \(401\)$/,
      );
    }
    assert.equal(seen.length, 4);
  });

  it('causes an error while it is missing or lacks the context, and works again when it is restored', async () => {
    await write({ token: 'first' });
    const port = loadFleet(file('live'), undefined).connect('member1');
    await port.isNamespaced(kind, never);
    await writeFile(file('live'), kubeconfig({ member2: addressOf(server) }));
    await until('the missing context to be reported', () =>
      port.isNamespaced(kind, never).then(
        () => false,
        (error: unknown) => /no longer has a context member1/.test(String(error)),
      ),
    );
    await rm(file('live'));
    await assert.rejects(
      port.isNamespaced(kind, never),
      /kubeconfig .*live: cannot open .*live: no such file or directory; check the path/,
    );
    await write({ token: 'first' });
    await port.isNamespaced(kind, never);
  });
});

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function read(fleet: ReturnType<typeof loadFleet>, cluster: string): Promise<unknown> {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };
  return fleet.connect(cluster).read(ref, never);
}

/** Returns a kubeconfig with one context for each cluster; servers are by name of the cluster. */
function kubeconfig(
  servers: Readonly<Record<string, string>>,
  user: object = { token: 'hunter2' },
): string {
  const names = Object.keys(servers);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    users: [{ name: 'admin', user }],
    clusters: names.map((name) => ({ name, cluster: { server: servers[name] } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'admin' } })),
  });
}
