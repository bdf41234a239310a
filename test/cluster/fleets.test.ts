import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { FleetRepo } from './fleet-repo.ts';
import { configMap, namespace } from './objects.ts';
import { configMaps, configMapsOf, Scenario } from './scenario.ts';

const otherId = 'p4ym3nts00';
const allowing = {
  metadata: { name: 'payments' },
  spec: { id: otherId, sync: { sharedClusters: 'Allow' } },
};

let scenario: Scenario;
let other: Scenario;

/** A second fleet repository is pointed at the clusters of a first one. The steps build on one another. */
describe('two fleets on the same clusters', () => {
  before(async () => {
    scenario = await Scenario.open();
    other = new Scenario(scenario.fleet, await FleetRepo.make(), ['--cluster', 'member1']);
    await scenario.sync({
      'default/configmap_a.json': configMap('a', '1'),
      'default/configmap_b.json': configMap('b', '1'),
      '_cluster/namespace_shop.json': namespace('shop'),
    });
  });
  after(async () => {
    await other?.repo.remove();
    await scenario?.close();
  });

  it('K26: the second repository is refused, and nothing in the cluster changes', async () => {
    await other.repo.push({
      'regatta.yaml': { metadata: { name: 'payments' }, spec: { id: otherId } },
      'rendered/member1/default/configmap_p.json': configMap('p', '1'),
    });
    const before = await versions();
    const { status, events } = await other.once();
    assert.equal(status, 1);
    assert.match(
      eventsIn(events, 'refused'),
      /"reason":"the cluster belongs to fleet \\"fleet\\" \(id f1eet00001, .*\); to run beside it set spec\.sync\.sharedClusters: Allow, to replace it pass --take-over f1eet00001"/,
    );
    assert.deepEqual(await versions(), before);
  });

  it('K27: another branch of the first repository is refused, and nothing in the cluster changes', async () => {
    scenario.repo.force('HEAD', 'next');
    const before = await versions();
    const { status, events } = await scenario.once('--branch', 'next');
    assert.equal(status, 1);
    assert.match(
      JSON.stringify(events),
      /is applied from .* \(main\), not .* \(next\); pass --take-over f1eet00001/,
    );
    assert.deepEqual(await versions(), before);
  });

  it('K26: status names the fleet to which a refused cluster belongs', async () => {
    const { text } = await other.regatta('status');
    assert.match(text, /member1 +refused/);
    assert.match(text, /belongs to fleet "fleet" \(id f1eet00001/);
  });

  it('K26: with sharedClusters: Allow, each fleet deletes only its own objects', async () => {
    const deletionBudget = { kinds: { Namespace: 100 } };
    const allow = { spec: { sync: { sharedClusters: 'Allow' }, deletionBudget } };
    await scenario.repo.push({ 'regatta.yaml': allow });
    await other.repo.push({
      'regatta.yaml': allowing,
      'rendered/member1/default/configmap_q.json': configMap('q', '1'),
    });
    assert.equal((await other.once()).status, 0);
    await scenario.sync({ 'default/configmap_b.json': undefined });
    await other.repo.push({ 'rendered/member1/default/configmap_q.json': undefined });
    assert.equal((await other.once()).status, 0);
    const names = await configMapsOf(scenario.member1, '');
    assert.deepEqual(
      names.filter((name) => name.length === 1),
      ['a', 'p'],
    );
    const { text } = await scenario.regatta('status', '--cluster', 'member1', '-o', 'wide');
    assert.match(text, /^member1: fleet "fleet" \(id f1eet00001\)$/m);
    assert.match(text, /^member1: also has objects of fleet "payments" \(id p4ym3nts00\)$/m);
  });

  it('K26: an object of another fleet is refused, even with Overwrite', async () => {
    const annotations = { 'work.karmada.io/conflict-resolution': 'overwrite' };
    const theirs = configMap('a', 'theirs') as KubeObject;
    const object = { ...theirs, metadata: { ...theirs.metadata, annotations } };
    await other.repo.push({ 'rendered/member1/default/configmap_a.json': object });
    const { status, events } = await other.once();
    assert.equal(status, 1);
    assert.match(
      eventsIn(events, 'object'),
      /default\/a","result":"refused","message":"belongs to fleet \\"fleet\\""/,
    );
    await other.repo.push({ 'rendered/member1/default/configmap_a.json': undefined });
    assert.deepEqual((await scenario.member1.get(`${configMaps}/a`))?.data, { value: '1' });
  });

  it('K26: a Namespace with objects of another fleet stays', async () => {
    const inShop = { ...configMap('s', '1'), metadata: { name: 's', namespace: 'shop' } };
    await other.repo.push({ 'rendered/member1/shop/configmap_s.json': inShop });
    assert.equal((await other.once()).status, 0);
    const { events } = await scenario.sync({ '_cluster/namespace_shop.json': undefined }, 1);
    assert.match(
      JSON.stringify(events),
      /Namespace\/\/shop","result":"held","message":"fleet \\"payments\\" has objects in it/,
    );
    assert.ok(await scenario.member1.get('/api/v1/namespaces/shop'));
    await scenario.sync({ '_cluster/namespace_shop.json': namespace('shop') });
  });

  it('K26: both fleets keep their fields in an object that Kubernetes makes, without writing in turn', async () => {
    const path = '/api/v1/namespaces/default';
    const labelled = (label: string) => {
      const object = namespace('default') as KubeObject;
      return { ...object, metadata: { ...object.metadata, labels: { [label]: 'yes' } } };
    };
    await scenario.sync({ '_cluster/namespace_default.json': labelled('one') });
    await other.repo.push({ 'rendered/member1/_cluster/namespace_default.json': labelled('two') });
    assert.equal((await other.once()).status, 0);
    const live = async () => (await scenario.member1.get(path))?.metadata;
    const settled = await live();
    assert.deepEqual([settled?.labels?.['one'], settled?.labels?.['two']], ['yes', 'yes']);
    assert.equal((await scenario.once()).status, 0);
    assert.equal((await other.once()).status, 0);
    assert.equal((await live())?.resourceVersion, settled?.resourceVersion);
    await other.repo.push({ 'rendered/member1/_cluster/namespace_default.json': undefined });
    assert.equal((await other.once()).status, 0);
    const after = await live();
    assert.deepEqual([after?.labels?.['one'], after?.labels?.['two']], ['yes', undefined]);
  });

  it('K27: --take-over gives the second fleet all objects of the first one, and deletes none', async () => {
    const { status, events } = await other.once('--take-over', 'f1eet00001');
    const text = JSON.stringify(events);
    // The deletions are held.
    assert.equal(status, 1, text);
    assert.match(eventsIn(events, 'claimed'), /--take-over: from fleet \\"fleet\\"/);
    assert.match(text, /default\/a","result":"held","message":"was taken over from another fleet/);
    const system = await scenario.member1.list('/api/v1/namespaces/regatta-system/configmaps');
    const names = system
      .map(({ metadata }) => metadata.name)
      .filter((name) => /^regatta/.test(name));
    assert.deepEqual(names, [`regatta-inventory.${otherId}`]);
    const { metadata } = (await scenario.member1.get(`${configMaps}/a`)) ?? assert.fail();
    assert.equal(metadata.labels?.['regatta.dev/fleet'], 'payments');
    assert.doesNotMatch(JSON.stringify(metadata.managedFields), /regatta\.f1eet00001/);
  });

  it('K27: a later deletion of a taken object needs an acknowledgement', async () => {
    await other.repo.push({ 'rendered/member1/_acknowledged.txt': 'default/configmap_a.yaml\n' });
    const { events } = await other.once('--take-over', 'f1eet00001');
    assert.match(JSON.stringify(events), /default\/a","result":"pruned"/);
  });
});

function eventsIn(events: readonly SyncEvent[], type: SyncEvent['type']): string {
  return JSON.stringify(events.filter((event) => event.type === type));
}

/** Returns the resourceVersions of everything that a syncer writes, Events and Leases included. */
async function versions(): Promise<readonly string[]> {
  const lists = [
    configMaps,
    '/api/v1/namespaces/regatta-system/configmaps',
    '/apis/coordination.k8s.io/v1/namespaces/regatta-system/leases',
    '/api/v1/events',
    '/api/v1/namespaces',
  ];
  const objects = (await Promise.all(lists.map((path) => scenario.member1.list(path)))).flat();
  return objects.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
}
