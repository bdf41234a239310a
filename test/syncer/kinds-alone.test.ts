import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import { concludeTurn } from '#syncer/conclude.ts';
import type { ObjectQuery } from '#syncer/ports/cluster.ts';
import { reconcile } from '#syncer/reconcile.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, configMapKey, desire, openMember, parentKey } from './samples.ts';

const never = new AbortController().signal;
const message = 'cannot list widgets.b04.example: conversion webhook failed';
const broken = new ClusterError('transient', message, { status: 500 });
const silent = new ClusterError('unreachable', 'https://member1: no response within 20 s');

function custom(kind: string, name: string): KubeObject {
  return { ...configMap(name, '1'), apiVersion: 'b04.example/v1', kind };
}

const mine = custom('Widget', 'mine');
const widgetKey = 'b04.example/Widget/default/mine';
const gadgetKey = 'b04.example/Gadget/default/other';
const inventoryKey = parentKey;

/** FaultyCluster fails or delays the lists of some kinds. */
class FaultyCluster extends FakeCluster {
  readonly listFaults = new Map<string, ClusterError | Promise<void>>();

  override async list(query: ObjectQuery, signal?: AbortSignal) {
    const fault = this.listFaults.get(query.kind.kind);
    if (fault instanceof ClusterError) throw fault;
    await fault;
    signal?.throwIfAborted();
    return super.list(query);
  }
}

const one = desire(
  'one',
  configMap('a', '1'),
  configMap('b', '1'),
  mine,
  custom('Gadget', 'other'),
);

async function clusterAtOne(): Promise<FaultyCluster> {
  const cluster = new FaultyCluster();
  await reconcile(openMember(cluster).member, one, never);
  return cluster;
}

function entryOf(cluster: FakeCluster, key: string): string | undefined {
  const data = cluster.objects.get(inventoryKey)?.data ?? {};
  const { inventory = '' } = data as { readonly inventory?: string };
  return inventory.split('\n').find((line) => line.startsWith(`${key} `));
}

describe('a kind that the API server does not list', () => {
  it('K22: fails by name, and everything else is created, changed, corrected and pruned', async () => {
    const cluster = await clusterAtOne();
    const before = entryOf(cluster, widgetKey);
    cluster.listFaults.set('Widget', broken);
    cluster.edit(configMap('a', '1'), 'another-manager', { data: { value: 'drifted' } });
    const two = desire('two', configMap('a', '1'), configMap('c', '1'), mine);
    const { outcomes } = await reconcile(openMember(cluster).member, two, never);
    assert.deepEqual(
      outcomes.flatMap((outcome) =>
        outcome.key === widgetKey ? [outcome.result, outcome.message] : [],
      ),
      ['failed', message],
    );
    assert.deepEqual(cluster.objects.get(configMapKey('a'))?.data, { value: '1' });
    assert.ok(cluster.objects.has(configMapKey('c')));
    assert.ok(!cluster.objects.has(configMapKey('b')));
    assert.ok(before !== undefined && entryOf(cluster, widgetKey) === before);
  });

  it('K22: holds the deletions of its API group only, until it can be listed', async () => {
    const cluster = await clusterAtOne();
    cluster.listFaults.set('Widget', broken);
    const two = desire('two', configMap('a', '1'), mine);
    const { member } = openMember(cluster);
    const { outcomes } = await reconcile(member, two, never);
    const held = outcomes.find(({ key }) => key === gadgetKey);
    assert.deepEqual([held?.result, held?.message], ['held', message]);
    assert.ok(cluster.objects.has(gadgetKey));
    assert.ok(!cluster.objects.has(configMapKey('b')));
    cluster.listFaults.clear();
    await reconcile(member, two, never);
    assert.ok(!cluster.objects.has(gadgetKey));
  });

  it('K22: without desired objects leaves the cluster synced, and is deleted when it can be listed', async () => {
    const cluster = await clusterAtOne();
    cluster.listFaults.set('Widget', broken);
    const two = desire('two', configMap('a', '1'), custom('Gadget', 'other'));
    const { member } = openMember(cluster);
    const { outcomes } = await reconcile(member, two, never);
    assert.equal(concludeTurn(outcomes, undefined, 'two').state.type, 'synced');
    assert.ok(outcomes.some(({ key, result }) => key === widgetKey && result === 'held'));
    assert.ok(cluster.objects.has(widgetKey));
    cluster.listFaults.clear();
    await reconcile(member, two, never);
    assert.ok(!cluster.objects.has(widgetKey));
  });

  it('K22: that does not answer in time fails alone while the cluster answers', async () => {
    const cluster = await clusterAtOne();
    cluster.listFaults.set('Widget', silent);
    const two = desire('two', configMap('a', '2'), mine);
    const { outcomes } = await reconcile(openMember(cluster).member, two, never);
    assert.ok(outcomes.some(({ key, result }) => key === widgetKey && result === 'failed'));
    assert.deepEqual(cluster.objects.get(configMapKey('a'))?.data, { value: '2' });
  });

  it('K22: whose list is slow delays no other kind, and is taken when it arrives', async () => {
    const cluster = await clusterAtOne();
    const { promise, resolve } = Promise.withResolvers<void>();
    cluster.listFaults.set('Widget', promise);
    const two = desire('two', configMap('a', '2'), mine, custom('Gadget', 'other'));
    const { member } = openMember(cluster);
    const first = await reconcile(member, two, never);
    const late = first.outcomes.find(({ key }) => key === widgetKey);
    assert.match(late?.message ?? '', /^cannot list Widget.b04.example: no answer for 5 s yet$/);
    assert.deepEqual(cluster.objects.get(configMapKey('a'))?.data, { value: '2' });
    resolve();
    const second = await reconcile(member, two, never);
    const inGit = second.outcomes.filter(({ key }) => key !== configMapKey('b'));
    assert.ok(inGit.every(({ result }) => result === 'unchanged'));
  });

  it('K22: fails the turn if the cluster answers nothing', async () => {
    const cluster = await clusterAtOne();
    const { member } = openMember(cluster);
    await member.inventory(never);
    cluster.down = true;
    await assert.rejects(reconcile(member, one, never), /refused/);
  });
});

describe('a kind that the cluster does not seem to serve', () => {
  /** Serves Widgets at another version than that of the inventory. */
  class MovedCluster extends FaultyCluster {
    override async discover() {
      const served = { apiVersion: 'b04.example/v2', kind: 'Widget', namespaced: true };
      return { kinds: [served], unknownGroups: [...this.unknownGroups] };
    }
    override async list(query: ObjectQuery) {
      const { apiVersion } = query.kind;
      if (apiVersion === 'b04.example/v1') throw new ClusterError('unknown-kind', 'no such kind');
      return super.list(query);
    }
  }

  it('K32: is looked up at another version, so that its objects are pruned', async () => {
    const cluster = Object.assign(new MovedCluster(), { objects: (await clusterAtOne()).objects });
    await reconcile(openMember(cluster).member, desire('two', configMap('a', '1')), never);
    assert.ok(!cluster.objects.has(widgetKey));
  });

  it('K32: stays in the inventory while discovery does not show its API group', async () => {
    const cluster = await clusterAtOne();
    cluster.unknownKinds.add('Widget');
    cluster.unknownGroups.add('b04.example');
    const { member } = openMember(cluster);
    const { outcomes } = await reconcile(member, desire('two', configMap('a', '1')), never);
    const held = outcomes.find(({ key }) => key === widgetKey);
    assert.equal(held?.message, 'cannot list objects of API group b04.example');
    assert.ok(entryOf(cluster, widgetKey));
  });
});
