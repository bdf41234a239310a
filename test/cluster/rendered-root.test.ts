import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap } from './objects.ts';
import { configMapsOf, Scenario } from './scenario.ts';

describe('the rendered root of a syncer', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await Scenario.open();
    await scenario.sync({ 'default/configmap_root.json': configMap('root', '1') });
  });
  after(() => scenario?.close());

  it('K9: a commit that renders to another folder changes no cluster', async () => {
    await scenario.repo.push({
      'regatta.yaml': 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {rendered: out}\n',
      'rendered/member1/default/configmap_evil.json': configMap('root-evil', '1'),
    });
    const { status, events } = await scenario.once();
    assert.equal(status, 1);
    const trouble = events.find(({ type }) => type === 'source-trouble');
    const message =
      'regatta.yaml renders to "out"; this syncer applies "rendered": pass --path out';
    assert.ok(trouble?.type === 'source-trouble');
    assert.equal(trouble.reason, message);
    assert.deepEqual(await configMapsOf(scenario.member1, 'root'), ['root']);
  });
});
