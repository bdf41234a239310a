import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadOwnCluster } from '#io/kubernetes/in-cluster.ts';
import type { ClusterPort, WatchEvent } from '#syncer/ports/cluster.ts';
import { Api } from '#test/cluster/api.ts';
import { configMap, namespace } from '#test/cluster/objects.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';

const never = new AbortController().signal;
const configMaps = {
  kind: { apiVersion: 'v1', kind: 'ConfigMap' },
  label: '',
  detail: 'object',
} as const;
let fleet: TestFleet;
let api: Api;
let port: ClusterPort;

describe('a client that is restricted to some namespaces', () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1'] });
    api = new Api(fleet.kubeconfig, 'member1');
    for (const name of ['one', 'two', 'three']) {
      await api.apply(`/api/v1/namespaces/${name}`, 'test', namespace(name));
      await put(name, 'a', '1');
    }
    const own = { name: 'member1', kubeconfig: fleet.kubeconfig, serviceAccount: '/none', env: {} };
    port = loadOwnCluster({ ...own, namespaces: ['one', 'two'] }).connect('member1');
  });
  after(async () => {
    api?.close();
    await fleet?.close();
  });

  it('lists only objects in these namespaces, unless the caller names another one', async () => {
    assert.deepEqual(await namespacesOf({}), ['one', 'two']);
    assert.deepEqual(await namespacesOf({ namespace: 'three' }), ['three']);
  });

  it('lists cluster-scoped kinds', async () => {
    const kind = { apiVersion: 'v1', kind: 'Namespace' };
    const { objects } = await port.list({ ...configMaps, kind }, never);
    assert.ok(objects.some(({ metadata }) => metadata.name === 'three'));
  });

  it('watches changes in these namespaces from the resource version of the list', async () => {
    const { resourceVersion } = await port.list(configMaps, never);
    await put('two', 'a', '2');
    const events: WatchEvent[] = [];
    const stop = new AbortController();
    const request = { selection: configMaps, resourceVersion, onEvent: events.push.bind(events) };
    const watched = port.watch(request, stop.signal).catch(() => {});
    await put('three', 'a', '2');
    await put('one', 'b', '1');
    await until('both changes', async () => events.length >= 2);
    stop.abort();
    await watched;
    const changed = events.map((event) =>
      event.type === 'bookmark'
        ? ''
        : `${event.object.metadata.namespace}/${event.object.metadata.name}`,
    );
    assert.deepEqual(changed.toSorted(), ['one/b', 'two/a']);
  });
});

async function namespacesOf(more: { readonly namespace?: string }): Promise<readonly unknown[]> {
  const { objects } = await port.list({ ...configMaps, ...more }, never);
  return objects
    .filter(({ metadata }) => metadata.name === 'a')
    .map(({ metadata }) => metadata.namespace);
}

function put(space: string, name: string, value: string): Promise<void> {
  const path = `/api/v1/namespaces/${space}/configmaps/${name}`;
  return api.apply(path, 'test', configMap(name, value, space));
}
