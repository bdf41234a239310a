import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clusterNamed, configMapsTo } from '#test/one-member.ts';
import { statusesOf } from './former-fleet.ts';
import { configMap } from './objects.ts';
import {
  configMaps,
  configMapsOf,
  inventoryPath,
  type Run,
  runRegatta,
  Scenario,
} from './scenario.ts';

const lease = '/apis/coordination.k8s.io/v1/namespaces/regatta-system/leases/regatta.f1eet00001';

let scenario: Scenario;

/** Commits sources, and what compile makes of them. */
async function publish(
  files: Readonly<Record<string, object | string | undefined>>,
): Promise<void> {
  await scenario.repo.push(files);
  const { status, text } = await runRegatta('compile', scenario.repo.checkout);
  assert.equal(status, 0, text);
  await scenario.repo.push({});
}

function remove(): Promise<Run> {
  return scenario.regatta('unjoin', 'member2', '--remove', '--timeout', '20s');
}

async function onBoth(...names: readonly string[]): Promise<void> {
  const clusters = names.map(clusterNamed).join('---\n');
  await publish({
    'clusters/members.yaml': clusters,
    'policies/all.yaml': configMapsTo(names.join(', ')),
  });
  assert.equal((await scenario.once()).status, 0);
}

/** The DeletionAcknowledgement in the output of a command. */
function acknowledgementIn(text: string): string {
  const from = text.indexOf('apiVersion: regatta.dev/v1alpha1');
  assert.ok(from > 0, text);
  return text.slice(from);
}

describe('regatta unjoin --remove', () => {
  before(async () => {
    scenario = await Scenario.open();
    await scenario.repo.push({
      'templates/a.json': configMap('a', '1'),
      'templates/b.json': configMap('b', '1'),
    });
    await onBoth('member1', 'member2');
    await onBoth('member1');
  });
  after(() => scenario?.close());

  let acknowledgement = '';

  it('K33: deletes nothing without an acknowledgement, and prints it', async () => {
    const { status, text } = await remove();
    assert.equal(status, 3, text);
    assert.match(text, /member2: 2 of 2 deletions are not acknowledged: commit this Deletion/);
    acknowledgement = acknowledgementIn(text);
    assert.deepEqual(await configMapsOf(scenario.member2, ''), ['a', 'b', 'kube-root-ca.crt']);
  });

  it('K33: deletes nothing while the acknowledgement lacks a file', async () => {
    await scenario.repo.push({
      'rendered/member2/_acknowledged.txt': 'default/configmap_a.yaml\n',
    });
    const { status, text } = await remove();
    assert.equal(status, 3, text);
    assert.match(text, /member2: 1 of 2 deletions are not acknowledged/);
    assert.deepEqual(await configMapsOf(scenario.member2, ''), ['a', 'b', 'kube-root-ca.crt']);
  });

  it('K33: a syncer deletes nothing because of the acknowledgement alone', async () => {
    await publish({
      'policies/member2-removal.yaml': acknowledgement,
      'rendered/member2/_acknowledged.txt': undefined,
    });
    const { status, events } = await scenario.once();
    assert.equal(status, 0, JSON.stringify(events));
    assert.ok(events.some(({ type }) => type === 'former'));
    const statuses = await statusesOf(scenario, 0);
    assert.deepEqual(
      statuses.map(({ cluster, sync }) => [cluster, sync]),
      [
        ['member1', 'synced'],
        ['member2', 'former'],
      ],
    );
    assert.deepEqual(await configMapsOf(scenario.member2, ''), ['a', 'b', 'kube-root-ca.crt']);
  });

  it('K33: deletes the acknowledged objects, the inventory and the Lease, and nothing else', async () => {
    const { member2 } = scenario;
    await member2.apply(`${configMaps}/foreign`, 'someone', configMap('foreign', '1'));
    const { status, text } = await remove();
    assert.equal(status, 0, text);
    assert.match(text, /^member2: deleted 2 objects, kept 0 objects; removed the labels, /m);
    assert.deepEqual(await configMapsOf(member2, ''), ['foreign', 'kube-root-ca.crt']);
    assert.equal(await member2.get(inventoryPath), undefined);
    assert.equal(await member2.get(lease), undefined);
    assert.deepEqual(await configMapsOf(scenario.member1, ''), ['a', 'b', 'kube-root-ca.crt']);
    assert.deepEqual(
      (await statusesOf(scenario, 0)).map(({ cluster }) => cluster),
      ['member1'],
    );
    const again = await remove();
    assert.deepEqual([again.status, /nothing of the fleet/.test(again.text)], [0, true]);
  });

  it('K33: a cluster that returns is a member again', async () => {
    await onBoth('member1', 'member2');
    assert.deepEqual(await configMapsOf(scenario.member2, ''), [
      ...['a', 'b', 'foreign', 'kube-root-ca.crt'],
    ]);
    const refused = await remove();
    assert.match(refused.text, /member2: is a member of the fleet/);
  });
});
