import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap } from './objects.ts';
import { configMaps, runRegatta, Scenario } from './scenario.ts';

/** Returns a ConfigMap that the syncer takes over. */
function overwriting(name: string): object {
  const { metadata, ...object } = configMap(name, '2') as { readonly metadata: object };
  const annotations = { 'work.karmada.io/conflict-resolution': 'overwrite' };
  return { ...object, metadata: { ...metadata, annotations } };
}

describe('regatta diff --live of objects to take over', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await Scenario.open();
    await scenario.member1.apply(`${configMaps}/taken`, 'kubectl-create', configMap('taken', '1'));
    await scenario.repo.push({
      'rendered/member1/default/configmap_taken.json': overwriting('taken'),
      'rendered/member1/default/configmap_absent.json': overwriting('absent'),
    });
  });
  after(() => scenario?.close());

  it('K11: says whether the object exists, and who manages it', async () => {
    const { fleet, repo } = scenario;
    const { text } = await runRegatta(
      'diff',
      repo.checkout,
      '--live',
      '--kubeconfig',
      fleet.kubeconfig,
    );
    assert.match(text, /takeover: ConfigMap default\/taken: .*: it exists, with .* kubectl-create/);
    assert.match(text, /takeover: ConfigMap default\/absent: .*: it does not exist yet/);
  });
});
