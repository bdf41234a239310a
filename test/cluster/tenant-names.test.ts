import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMaps, Scenario } from './scenario.ts';
import { applyOnce, map } from './takeover-objects.ts';

describe('a field manager of a tenant', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await Scenario.open();
  });
  after(() => scenario?.close());

  it('K21: S12: whose name takes an expression of regatta.yaml years delays nothing', async () => {
    const rule = { managers: ['(a+)+b'], paths: ['/data/*'], resolution: 'Yield' };
    await scenario.repo.push({
      'regatta.yaml': {
        apiVersion: 'regatta.dev/v1alpha1',
        kind: 'Fleet',
        spec: { sync: { fields: [rule] } },
      },
    });
    await applyOnce(scenario, map('shared', { a: '1' }));
    await scenario.member1.edit(`${configMaps}/shared`, 'a'.repeat(60), { data: { a: '2' } });
    const since = performance.now();
    const { status } = await scenario.once('--no-wait');
    assert.equal(status, 0);
    const live = await scenario.member1.get(`${configMaps}/shared`);
    assert.deepEqual(live?.data, { a: '1' });
    assert.ok(performance.now() - since < 25_000);
  });
});
