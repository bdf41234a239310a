import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import type { ObjectKey } from '#model/object.ts';
import { InventoryStore } from '#syncer/inventory/store.ts';
import { assertEvent } from '#test/events.ts';
import { sampleOwner } from '#test/syncer/samples.ts';
import { until } from '#test/until.ts';
import { configMap, deployment, namespace } from './objects.ts';
import {
  configMaps,
  configMapsOf,
  deployments,
  inventoryOf,
  inventoryPath,
  Scenario,
} from './scenario.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const members =
  '-l=applyset.kubernetes.io/part-of=applyset-v4B80bBu-5vAR3pUpZGxT9HbZCQishSLsTHCitW0xkg-v1';

let scenario: Scenario;

describe('the inventory in a member cluster', () => {
  before(async () => {
    scenario = await Scenario.open();
    await scenario.repo.push({
      'rendered/member1/_cluster/namespace.json': namespace('shop'),
      'rendered/member1/shop/a.json': configMap('a', '1', 'shop'),
      'rendered/member1/default/a.json': configMap('a', '1'),
      'rendered/member1/default/old.json': configMap('old', '1'),
      'rendered/member1/default/web.json': deployment('web', 1, 'web:1'),
    });
    assert.equal((await scenario.once()).status, 0);
  });
  after(() => scenario?.close());

  it('lets a stock kubectl select the objects of the inventory', async () => {
    const kinds = 'configmaps,deployments,namespaces';
    const names = await kubectl('get', kinds, '-A', members, '-o', 'name');
    assert.deepEqual(names.trim().split('\n').toSorted(), [
      'configmap/a',
      'configmap/a',
      'configmap/old',
      'deployment.apps/web',
      'namespace/shop',
    ]);
  });

  it('is protected from a stock kubectl by the name of its tool only', async () => {
    await assert.rejects(prune(), /managed by tooling "regatta.dev" instead of "kubectl"/);
    const annotations = { 'applyset.kubernetes.io/tooling': 'kubectl/v1.35' };
    await scenario.member1.edit(inventoryPath, 'another-manager', { metadata: { annotations } });
    const output = await prune();
    for (const name of ['configmap/a', 'configmap/old', 'deployment.apps/web', 'namespace/shop']) {
      assert.match(output, new RegExp(`${name} pruned \\(server dry run\\)`));
    }
    assert.match(
      (await scenario.once()).events.map((e) => JSON.stringify(e)).join(),
      /another tool/,
    );
    const regatta = { 'applyset.kubernetes.io/tooling': 'regatta.dev/0.0.0' };
    await scenario.member1.edit(inventoryPath, 'another-manager', {
      metadata: { annotations: regatta },
    });
    assert.equal((await scenario.once()).status, 0);
  });

  it('rebuilds a lost inventory from labels, and prunes objects that left Git meanwhile', async () => {
    const labelled = configMap('foreign', 'theirs');
    await scenario.member1.apply(`${configMaps}/foreign`, 'another-manager', labelled);
    const system = '/api/v1/namespaces/regatta-system';
    await scenario.member1.delete(system);
    await until('it to be gone', async () => (await scenario.member1.get(system)) === undefined);
    await scenario.repo.push({ 'rendered/member1/default/old.json': undefined });
    const { status, events } = await scenario.once('--timeout', '60s');
    assert.equal(status, 0, JSON.stringify(events, undefined, 1));
    assertEvent(events, {
      type: 'trouble',
      reason: /the inventory was lost: 5 objects were found/,
    });
    assert.deepEqual(await configMapsOf(scenario.member1, ''), [
      'a',
      'foreign',
      'kube-root-ca.crt',
    ]);
    assert.ok(await scenario.member1.get(`${deployments}/web`));
    assert.equal((await inventoryOf(scenario.member1)).length, 4);
  });

  it('holds 20,000 objects, and writes one object for a change of one', async () => {
    const port = loadFleet(scenario.fleet.kubeconfig, undefined).connect('member2');
    const entry = { version: 'v1', digest: 'd'.repeat(16), fields: 'f'.repeat(16) };
    const keys = Array.from(
      { length: 20_000 },
      (_, i): ObjectKey => `apps/Deployment/a-namespace/a-deployment-with-a-long-name-${i}`,
    );
    const entries = new Map(keys.map((key) => [key, entry] as const));
    const store = new InventoryStore(
      port,
      { owner: sampleOwner, tooling: 'regatta.dev/0.0.0' },
      () => {},
    );
    await store.read(never);
    await store.save(entries, 'c1');
    const list = '/api/v1/namespaces/regatta-system/configmaps';
    const versions = async () =>
      (await scenario.member2.list(list))
        .filter(({ metadata }) => metadata.name.startsWith('regatta-inventory'))
        .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
    const before = await versions();
    assert.ok(before.length > 4, `${before.length} shards`);
    const first = keys[0] ?? assert.fail();
    await store.save(new Map(entries).set(first, { ...entry, digest: 'e' }), 'c2');
    const after = await versions();
    assert.equal(after.filter((version) => !before.includes(version)).length, 1);
    const read = await new InventoryStore(
      port,
      { owner: sampleOwner, tooling: 'regatta.dev/0.0.0' },
      () => {},
    ).read(never);
    assert.equal(read.size, 20_000);
    assert.equal(read.get(first)?.digest, 'e');
  });
});

/** Returns the objects that kubectl would prune if it owned the ApplySet and applied no object. */
function prune(): Promise<string> {
  const set = [
    '--prune',
    '--applyset=configmap/regatta-inventory.f1eet00001',
    '-n',
    'regatta-system',
  ];
  return kubectl('apply', ...set, '--dry-run=server', '-f', '-');
}

async function kubectl(...args: readonly string[]): Promise<string> {
  const { kubectl: file, kubeconfig } = scenario.fleet;
  const env = { ...process.env, KUBECONFIG: kubeconfig, KUBECTL_APPLYSET: 'true' };
  const child = run(file, ['--context', 'member1', ...args], { env, timeout: 60_000 });
  const kept = configMap('kept-by-kubectl', '1', 'regatta-system');
  child.child.stdin?.end(JSON.stringify(kept));
  const { stdout } = await child;
  return stdout;
}
