import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadOwnCluster } from '#io/kubernetes/in-cluster.ts';
import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import { refFor } from '#syncer/object-ref.ts';
import type { ClusterPort, SendCheck } from '#syncer/ports/cluster.ts';
import { ApiProxy, type Intercept } from '#test/api/proxy.ts';
import { configMap } from '#test/cluster/objects.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';

const never = new AbortController().signal;
const real = { dryRun: false, manager: 'regatta' };
const wanted = configMap('wanted', '1') as KubeObject;
let fleet: TestFleet;
let proxy: ApiProxy;
let port: ClusterPort;
let live: KubeObject;
const asked: string[] = [];

const note: Intercept = ({ method }) => {
  asked.push(method ?? '');
  return false;
};

const writes: Readonly<Record<string, (check: SendCheck) => Promise<unknown>>> = {
  apply: (check) => port.apply(wanted, real, never, check),
  patchOwnership: (check) =>
    port.patchOwnership(live, { manager: 'regatta', managedFields: [] }, never, check),
  removeLabels: (check) =>
    port.removeLabels({ ref: refFor(live), uid: uidOf(live), labels: ['one'] }, never, check),
  delete: (check) => port.delete(refFor(live), uidOf(live), never, check),
  compareAndSwap: (check) => port.compareAndSwap(live, never, check),
  'a swap that creates': (check) =>
    port.compareAndSwap(configMap('new', '1') as KubeObject, never, check),
};

describe('a write to a cluster', () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1'] });
    proxy = await ApiProxy.open(fleet.kubeconfig, 'member1');
    proxy.intercept = note;
    live = (await connect().apply(wanted, real, never)).object;
  });
  after(async () => {
    proxy?.close();
    await fleet?.close();
  });

  it('keeps the connection after a deletion', async () => {
    port = connect();
    const connections = new Set<unknown>();
    proxy.intercept = ({ method, socket }) => {
      if (method === 'DELETE') connections.add(socket);
      return false;
    };
    for (const name of ['a', 'b', 'c']) {
      const { object } = await port.apply(configMap(name, '1') as KubeObject, real, never);
      await port.delete(refFor(object), uidOf(object), never);
    }
    assert.equal(connections.size, 1);
    proxy.intercept = note;
  });

  for (const [what, write] of Object.entries(writes)) {
    it(`is checked right before it is sent: ${what}`, async () => {
      port = connect();
      asked.length = 0;
      const refused = new ClusterError('transient', 'too late');
      let before: readonly string[] = [];
      const check = () => {
        before = [...asked];
        throw refused;
      };
      await assert.rejects(write(check), refused);
      assert.ok(before.length > 0, 'the client has read the kinds');
      assert.deepEqual(asked, before);
      assert.deepEqual([...new Set(asked)], ['GET']);
    });
  }
});

/** Returns a client with an empty cache of kinds. */
function connect(): ClusterPort {
  const own = { kubeconfig: proxy.kubeconfig, serviceAccount: '/none', env: {}, namespaces: [] };
  return loadOwnCluster({ ...own, name: 'member1' }).connect('member1');
}

function uidOf({ metadata }: KubeObject): string {
  return String(metadata.uid);
}
