import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runRegatta, Scenario } from './scenario.ts';
import { thing, thingDefinition } from './things.ts';

const text = { type: 'string' };
const first = { type: 'object', properties: { first: text } };
const more = { type: 'object', properties: { first: text, later: text, pod: { type: 'object' } } };

let scenario: Scenario;

/** Pushes the definition and an object of one kind for member1. */
async function push(schema: object, spec: object): Promise<void> {
  await scenario.repo.push({
    'rendered/member1/_cluster/things1.json': thingDefinition(1, schema),
    'rendered/member1/default/thing1.json': thing(1, spec),
  });
}

async function diff(): Promise<string> {
  const { fleet, repo } = scenario;
  const flags = ['--live', '--kubeconfig', fleet.kubeconfig];
  return (await runRegatta('diff', repo.checkout, ...flags)).text;
}

/** Each step starts from the cluster as the previous step left it. */
describe('an unknown field in diff --live and status', () => {
  before(async () => {
    scenario = await Scenario.open('--cluster', 'member1');
    await push(first, {});
    assert.equal((await scenario.once()).status, 0);
  });
  after(() => scenario?.close());

  it('K37: is not checked if the same sync changes the definition', async () => {
    await push(more, { later: 'here' });
    assert.match(
      await diff(),
      /Thing1 default\/one was not checked .* does not have its new definition yet/,
    );
    assert.equal((await scenario.once()).status, 0);
  });

  it('K37: is named if the API server rejects it', async () => {
    await push(more, { other: 'here' });
    const message = /Thing1 default\/one is rejected: unknown field spec\.other/;
    assert.match(await diff(), message);
  });

  it('K37: is named if the API server would not keep it', async () => {
    await push(more, { pod: { labels: { a: 'b' } } });
    const unkept = /unknown field spec\.pod\.labels: the API server did not keep it/;
    assert.match(await diff(), unkept);
    assert.equal((await scenario.once()).status, 1);
    assert.match((await scenario.regatta('status', '-o', 'wide')).text, unkept);
  });
});
