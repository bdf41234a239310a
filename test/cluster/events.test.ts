import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { KubeObject } from '#model/object.ts';
import { until } from '#test/until.ts';
import type { Api } from './api.ts';
import { configMap } from './objects.ts';
import { configMaps, Scenario } from './scenario.ts';

const canary = 'canary-5e1f';

let scenario: Scenario;
let member1: Api;

describe('the Events of the syncer in a cluster', () => {
  before(async () => {
    scenario = await Scenario.open('--cluster', 'member1');
    ({ member1 } = scenario);
    await scenario.sync({ 'default/configmap_a.json': configMap('a', '1') });
  });
  after(() => scenario?.close());

  it('shows in kubectl describe why an object of another manager was refused', async () => {
    await member1.apply(`${configMaps}/theirs`, 'helm', configMap('theirs', '1'));
    await scenario.sync({ 'default/configmap_theirs.json': configMap('theirs', '2') }, 1);
    const [event] = await eventsOf('theirs');
    assert.ok(event);
    assert.deepEqual([event.type, event.reason], ['Warning', 'Refused']);
    const { uid } = event.involvedObject as { readonly uid?: string };
    assert.equal(uid, (await member1.get(`${configMaps}/theirs`))?.metadata.uid);
    const { kubeconfig, kubectl } = scenario.fleet;
    const context = ['--kubeconfig', kubeconfig, '--context', 'member1'];
    const describing = [...context, 'describe', 'configmap', 'theirs'];
    const { stdout } = await promisify(execFile)(kubectl, describing);
    assert.match(stdout, /Warning +Refused +\S+ +regatta +\S/);
    await scenario.sync({ 'default/configmap_theirs.json': undefined });
  });

  it('names the managers and fields of corrected drift, without values', async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'default' },
      data: { password: Buffer.from(canary).toString('base64') },
    };
    await scenario.sync({ 'default/secret_s.json': secret });
    await member1.edit(`${configMaps}/a`, 'kubectl-edit', { data: { value: canary } });
    const data = { password: Buffer.from(`${canary}!`).toString('base64') };
    await member1.edit('/api/v1/namespaces/default/secrets/s', 'kubectl-edit', { data });
    assert.equal((await scenario.once()).status, 0);
    for (const [name, path] of [
      ['a', '.data.value'],
      ['s', '.data.password'],
    ]) {
      const [{ reason, message } = {} as KubeObject] = await eventsOf(`${name}`);
      assert.equal(reason, 'DriftCorrected');
      assert.equal(message, `changed by kubectl-edit: ${path}`);
    }
  });

  it('writes an Event to the inventory when the directory is refused', async () => {
    const syncer = await scenario.start();
    await scenario.repo.push({ 'rendered/member1/default/bad.json': '{' });
    const recorded = async () => await eventsOf('regatta-inventory.f1eet00001', 'regatta-system');
    await until('the Event', async () => (await recorded()).length > 0);
    assert.deepEqual(
      (await recorded()).map(({ reason }) => reason),
      ['DirectoryRefused'],
    );
    assert.equal(await syncer.stop('SIGTERM'), 0);
    await scenario.sync({ 'default/bad.json': undefined });
  });

  it('writes no Event when nothing happens', async () => {
    const before = (await member1.list(everywhere)).filter(isOurs).length;
    assert.equal((await scenario.once()).status, 0);
    const events = (await member1.list(everywhere)).filter(isOurs);
    assert.equal(events.length, before);
    assert.ok(!JSON.stringify(events).includes(canary));
    assert.ok(!JSON.stringify(events).includes(Buffer.from(canary).toString('base64')));
  });
});

const everywhere = '/api/v1/events';

function isOurs({ source }: KubeObject): boolean {
  return (source as { readonly component?: string } | undefined)?.component === 'regatta';
}

async function eventsOf(name: string, namespace = 'default'): Promise<readonly KubeObject[]> {
  const events = await member1.list(`/api/v1/namespaces/${namespace}/events`);
  return events.filter(
    (event) => isOurs(event) && (event.involvedObject as { readonly name?: string }).name === name,
  );
}
