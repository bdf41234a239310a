import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { joinBoth, leaveSecond, statusesOf, withContexts } from './former-fleet.ts';
import { configMap } from './objects.ts';
import { configMaps, configMapsOf, onBoth, Scenario } from './scenario.ts';

const system = '/api/v1/namespaces/regatta-system/configmaps';
const leases = '/apis/coordination.k8s.io/v1/namespaces/regatta-system/leases';
const status = 'regatta-status.f1eet00001';

let scenario: Scenario;

/** Runs `regatta unjoin`, and returns its exit status and output. */
function unjoin(cluster: string, ...flags: readonly string[]) {
  return scenario.regatta('unjoin', cluster, '--timeout', '5s', ...flags);
}

/** Returns the names of what the fleet keeps in member2. */
async function stateIn2(): Promise<readonly string[]> {
  const { member2 } = scenario;
  const all = [...(await member2.list(system)), ...(await member2.list(leases))];
  return all.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('regatta'));
}

describe('regatta unjoin --keep', () => {
  before(async () => {
    scenario = await Scenario.open();
    await joinBoth(scenario);
  });
  after(() => scenario?.close());

  it('K33: refuses a member, and changes nothing there', async () => {
    const { status, text } = await unjoin('member2', '--keep');
    assert.equal(status, 1, text);
    assert.match(
      text,
      /member2: is a member of the fleet: commit [0-9a-f]{12} has a directory for it/,
    );
    assert.equal(
      (await statusesOf(scenario, 0)).every(({ sync }) => sync === 'synced'),
      true,
    );
  });

  it('K33: needs --keep or --remove, a context, and a context that leads to no member', async () => {
    await leaveSecond(scenario);
    const missing = await unjoin('member2');
    assert.deepEqual(
      [missing.status, /either --keep or --remove/.test(missing.text)],
      [2, true],
      missing.text,
    );
    const unknown = await unjoin('member9', '--keep');
    assert.equal(unknown.status, 1);
    assert.match(unknown.text, /member9: the kubeconfig has no context "member9"/);
    const kubeconfig = await withContexts(scenario, { member1: 'member1', admin: 'member1' });
    const alias = await unjoin('admin', '--keep', '--kubeconfig', kubeconfig);
    assert.equal(alias.status, 1);
    assert.match(alias.text, /admin: its context leads to a member of the fleet/);
  });

  it('K33: waits for the Lease, and changes nothing while a syncer holds it', async () => {
    const [lease] = (await scenario.member2.list(leases)).filter(({ metadata }) => {
      return metadata.name === 'regatta.f1eet00001';
    });
    const path = `${leases}/${lease?.metadata.name}`;
    const now = new Date().toISOString().replace('Z', '000Z');
    const spec = { holderIdentity: 'other', leaseDurationSeconds: 3600, renewTime: now };
    await scenario.member2.edit(path, 'test', { spec });
    const { status, text } = await unjoin('member2', '--keep');
    assert.equal(status, 1, text);
    assert.match(text, /member2: the cluster is held by other/);
    assert.ok((await stateIn2()).includes('regatta-inventory.f1eet00001'));
    await scenario.member2.edit(path, 'test', { spec: { holderIdentity: null } });
  });

  it('K33: leaves the objects without the label, and removes inventory, status and Lease', async () => {
    const { member2 } = scenario;
    await member2.apply(`${system}/${status}`, 'regatta.f1eet00001', {
      ...configMap(status, '1', 'regatta-system'),
    });
    const { status: exit, text } = await unjoin('member2', '--keep');
    assert.equal(exit, 0, text);
    assert.match(
      text,
      /^member2: kept 2 objects; removed the labels, the inventory and the Lease$/m,
    );
    const kept = await member2.list(configMaps);
    const own = kept.filter(({ metadata }) => ['a', 'b'].includes(metadata.name));
    assert.deepEqual(
      own.map(({ metadata, data }) => [metadata.name, metadata.labels, data]),
      [
        ['a', undefined, { value: '1' }],
        ['b', undefined, { value: '1' }],
      ],
    );
    assert.deepEqual(await stateIn2(), []);
    assert.deepEqual(
      (await statusesOf(scenario, 0)).map(({ cluster }) => cluster),
      ['member1'],
    );
  });

  it('K33: is repeatable, and writes nothing the second time', async () => {
    const { status, text } = await unjoin('member2', '--keep');
    assert.equal(status, 0, text);
    assert.match(text, /^member2: nothing of the fleet is left$/m);
    assert.deepEqual(await stateIn2(), []);
  });

  it('K33: a cluster that returns gets its objects back, and loses none', async () => {
    await scenario.repo.push(onBoth('default/configmap_a.json', configMap('a', '2')));
    const { status, events } = await scenario.once();
    assert.equal(status, 0, JSON.stringify(events));
    const returned = await scenario.member2.get(`${configMaps}/a`);
    assert.deepEqual(returned?.data, { value: '2' });
    assert.deepEqual(await configMapsOf(scenario.member2, ''), ['a', 'b', 'kube-root-ca.crt']);
  });
});
