import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type DiscoveryFault, discoveryWith } from '#test/api/discovery-faults.ts';
import { until } from '#test/until.ts';
import { configMap, namespace, widget, widgetDefinition } from './objects.ts';
import { messagesOf, ProxiedMember } from './proxied-member.ts';

const group = 'test.regatta.dev';
const anchor = { 'default/configmap_anchor.json': configMap('anchor', '1') };
const widgets = (space: string) => `/apis/${group}/v1/namespaces/${space}/widgets`;

let member: ProxiedMember;

/** Commits a namespace, syncs it, and removes it from Git. */
async function leave(space: string): Promise<void> {
  const file = `_cluster/namespace_${space}.json`;
  await member.push({ ...anchor, [file]: namespace(space) });
  await member.once();
  const acknowledged = `_cluster/namespace_${space}.yaml\n`;
  await member.push({ [file]: undefined, '_acknowledged.txt': acknowledged });
}

async function addForeignWidget(space: string): Promise<void> {
  const object = { ...widget('theirs', 1), metadata: { name: 'theirs', namespace: space } };
  await member.api.apply(`${widgets(space)}/theirs`, 'another-manager', object);
}

async function isGone(space: string): Promise<boolean> {
  const live = await member.api.get(`/api/v1/namespaces/${space}`);
  return live === undefined || live.metadata.deletionTimestamp !== undefined;
}

async function expectDeletedIfEmpty(fault: DiscoveryFault): Promise<void> {
  await leave(`empty-${fault}`);
  member.proxy.intercept = discoveryWith(member.client, fault);
  await member.once();
  assert.ok(await isGone(`empty-${fault}`));
}

async function expectKeptIfFull(fault: DiscoveryFault): Promise<void> {
  const space = `full-${fault}`;
  await leave(space);
  await addForeignWidget(space);
  member.proxy.intercept = discoveryWith(member.client, fault);
  const { events } = await member.once(1);
  assert.deepEqual(messagesOf(events, `/Namespace//${space}`, 'held'), [
    `still holds Widget ${space}/theirs`,
  ]);
  assert.ok(!(await isGone(space)));
  await member.api.delete(`${widgets(space)}/theirs`);
}

describe('a namespace that leaves Git', () => {
  before(async () => {
    member = await ProxiedMember.open();
    const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.';
    await member.api.apply(`${definition}${group}`, 'another-manager', widgetDefinition);
    await until('the definition to be served', async () => {
      return (await member.client.call({ path: widgets('default') })).status === 200;
    });
  });
  after(() => member?.close());
  beforeEach(() => {
    member.proxy.intercept = () => false;
  });

  it('K32: is deleted if it is empty, and discovery has the older format', () =>
    expectDeletedIfEmpty('older'));
  it('K32: is deleted if it is empty, and discovery answers 406', () =>
    expectDeletedIfEmpty('406'));
  it('K32: is kept with an object of another manager, and discovery has the older format', () =>
    expectKeptIfFull('older'));
  it('K32: is kept with an object of another manager, and discovery answers 406', () =>
    expectKeptIfFull('406'));

  it('K32: is kept while discovery shows an API group as stale, and deleted afterwards', async () => {
    await leave('stale');
    member.proxy.intercept = discoveryWith(member.client, 'stale', group);
    const { events } = await member.once(1);
    assert.deepEqual(messagesOf(events, '/Namespace//stale', 'held'), [
      `cannot list objects of API group ${group}`,
    ]);
    assert.ok(!(await isGone('stale')));
    member.proxy.intercept = () => false;
    await member.once();
    assert.ok(await isGone('stale'));
  });

  it('K32: is kept while discovery is unreadable', async () => {
    await leave('unreadable');
    member.proxy.intercept = discoveryWith(member.client, 'unreadable');
    const { events } = await member.once(1);
    assert.match(messagesOf(events, '/Namespace//unreadable', 'held').join(), /discovery at/);
    assert.ok(!(await isGone('unreadable')));
  });
});
