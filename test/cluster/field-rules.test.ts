import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { assertEvent } from '#test/events.ts';
import { configMaps, deployments, Scenario } from './scenario.ts';
import { applyOnce, map, workload } from './takeover-objects.ts';

let scenario: Scenario;

/** Rules in regatta.yaml decide which manager owns a field. */
describe('rules for fields of other managers', () => {
  before(async () => {
    scenario = await Scenario.open();
    const fields = [
      {
        managers: ['auto.*'],
        kinds: ['Deployment'],
        paths: ['/spec/replicas'],
        resolution: 'Yield',
      },
      {
        managers: ['sizer'],
        paths: ['/spec/template/spec/containers/*/resources'],
        resolution: 'Yield',
      },
      { kinds: ['ConfigMap'], names: ['guarded'], paths: ['/data/*'], resolution: 'Abort' },
    ];
    await scenario.repo.push({
      'regatta.yaml': {
        apiVersion: 'regatta.dev/v1alpha1',
        kind: 'Fleet',
        spec: { sync: { fields } },
      },
    });
    await applyOnce(
      scenario,
      sized('web', 'web:1'),
      map('guarded', { a: '1' }),
      map('free', { a: '1' }),
    );
  });
  after(() => scenario?.close());

  it('leaves a field to the manager that a rule names, also when Git changes other fields', async () => {
    await scenario.member1.edit(`${deployments}/web`, 'autoscaler', { spec: { replicas: 5 } });
    const { status, events } = await scenario.once('--no-wait');
    assert.equal(status, 0);
    assert.deepEqual(
      events.filter(({ type }) => type === 'drift'),
      [],
    );
    await applyOnce(scenario, sized('web', 'web:2'));
    const live = await scenario.member1.get(`${deployments}/web`);
    assert.match(JSON.stringify(live?.spec), /"replicas":5,.*"image":"web:2"/);
  });

  it('leaves a field in a list to the manager that a rule names', async () => {
    const resources = { requests: { cpu: '300m' } };
    const template = { spec: { containers: [{ name: 'web', resources }] } };
    const path = `${deployments}/web?fieldManager=sizer&force=true`;
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
    await scenario.member1.applyAt(path, { ...object, spec: { template } });
    await applyOnce(scenario, sized('web', 'web:3'));
    const live = await scenario.member1.get(`${deployments}/web`);
    assert.match(JSON.stringify(live?.spec), /"cpu":"300m"/);
    assert.match(JSON.stringify(live?.spec), /"image":"web:3"/);
  });

  it('sets a field again with the next change when its manager is not in the rule', async () => {
    await scenario.member1.edit(`${deployments}/web`, 'another-manager', { spec: { replicas: 7 } });
    await applyOnce(scenario, sized('web', 'web:4'));
    const live = await scenario.member1.get(`${deployments}/web`);
    assert.match(JSON.stringify(live?.spec), /"replicas":1,/);
  });

  it('refuses an object whose rule says Abort, and corrects the others', async () => {
    for (const name of ['guarded', 'free']) {
      await scenario.member1.edit(`${configMaps}/${name}`, 'another-manager', {
        data: { a: 'theirs' },
      });
    }
    const { status, events } = await scenario.once('--no-wait');
    assert.equal(status, 1);
    const message = /another-manager owns .data.a, and a field rule sets Abort/;
    assertEvent(events, { type: 'object', result: 'refused', message });
    assert.deepEqual((await scenario.member1.get(`${configMaps}/guarded`))?.data, { a: 'theirs' });
    assert.deepEqual((await scenario.member1.get(`${configMaps}/free`))?.data, { a: '1' });
  });
});

function sized(name: string, image: string): KubeObject {
  const text = JSON.stringify(workload(name, {}, []));
  const resources = '"resources":{"requests":{"cpu":"100m"}}';
  return JSON.parse(text.replace('"image":"web:1"', `"image":"${image}",${resources}`));
}
