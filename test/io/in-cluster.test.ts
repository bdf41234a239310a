import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import { loadOwnCluster } from '#io/kubernetes/in-cluster.ts';
import { makeCertificate } from '#test/certificate.ts';
import { lacking } from '#test/lacking.ts';

const never = new AbortController().signal;
const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
let directory = '';
let server: Server;
const seen: (string | undefined)[] = [];

describe('an agent’s own cluster', { skip: lacking('openssl') }, () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-own-'));
    const { key, cert } = makeCertificate(directory);
    await writeFile(join(directory, 'ca.crt'), cert);
    await writeFile(join(directory, 'token'), 'first');
    server = createServer({ key, cert }, ({ headers }, response) => {
      seen.push(headers.authorization);
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"kind":"APIResourceList","resources":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
  });

  it('gets the token of the ServiceAccount, which the agent reads again after it is replaced', async () => {
    const fleet = loadOwnCluster({ ...own(), env: pod() });
    assert.deepEqual(fleet.clusters, ['member2']);
    const port = fleet.connect('member2');
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    await port.isNamespaced(kind, never);
    await writeFile(join(directory, 'token'), 'second');
    mock.timers.tick(61_000);
    await port.isNamespaced(kind, never);
    mock.timers.reset();
    assert.deepEqual(seen.splice(0), ['Bearer first', 'Bearer second']);
  });

  it('is reached again after its certificate and CA are replaced', async () => {
    const port = loadOwnCluster({ ...own(), env: pod() }).connect('member2');
    await port.isNamespaced(kind, never);
    const next = makeCertificate(directory);
    server.setSecureContext(next);
    server.closeAllConnections();
    await assert.rejects(port.isNamespaced(kind, never), /certificate|self.signed/);
    await writeFile(join(directory, 'ca.crt'), next.cert);
    assert.equal(await port.isNamespaced(kind, never), undefined);
    seen.length = 0;
  });

  it('gets no request when its certificate comes from another CA', async () => {
    await writeFile(join(directory, 'ca.crt'), makeCertificate(directory).cert);
    const fleet = loadOwnCluster({ ...own(), env: pod() });
    await assert.rejects(
      fleet.connect('member2').isNamespaced(kind, never),
      /self.signed|certificate/,
    );
    assert.deepEqual(seen, []);
  });

  it('can come from a kubeconfig', async () => {
    const kubeconfig = join(directory, 'kubeconfig');
    const contexts = ['member1', 'member2'].map((name) => ({ name, context: { cluster: 'a' } }));
    const clusters = [{ name: 'a', cluster: { server: 'http://127.0.0.1:1' } }];
    await writeFile(kubeconfig, JSON.stringify({ contexts, clusters, users: [] }));
    assert.deepEqual(loadOwnCluster({ ...own(), kubeconfig }).clusters, ['member2']);
    assert.throws(
      () => loadOwnCluster({ ...own(), kubeconfig, name: 'member3' }),
      /no context member3/,
    );
  });

  it('is unknown outside of a pod', () => {
    assert.throws(() => loadOwnCluster(own()), /not in a pod .*KUBERNETES_SERVICE_HOST is not set/);
    const place = { ...own(), serviceAccount: join(directory, 'none'), env: pod() };
    assert.throws(() => loadOwnCluster(place), /none\/token does not exist/);
  });
});

function own() {
  return { name: 'member2', kubeconfig: undefined, serviceAccount: directory, env: {} };
}

function pod(): Readonly<Record<string, string>> {
  const { port } = server.address() as AddressInfo;
  return { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) };
}
