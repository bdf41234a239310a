import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '#test/until.ts';
import { configMap } from './objects.ts';
import { withOldServer } from './old-server.ts';
import { messagesOf, ProxiedMember } from './proxied-member.ts';
import { configMaps } from './scenario.ts';
import { thing, thingDefinition, thingKey, thingPath, things } from './things.ts';

let member: ProxiedMember;

async function laterOf(number: number): Promise<unknown> {
  const object = await member.api.get(thingPath(number));
  return (object?.spec as { readonly later?: string } | undefined)?.later;
}

const text = { type: 'string' };
const first = { type: 'object', properties: { first: text } };
const both = { type: 'object', properties: { first: text, later: text } };
/** `pod` is an object of which the schema names no field, so that the API server accepts all fields and keeps none. */
const vague = { type: 'object', properties: { first: text, pod: { type: 'object' } } };
const unkept = 'unknown field spec.pod.labels: the API server did not keep it';

/** Each step starts from the cluster as the previous step left it. */
describe('a field that an API server does not know', () => {
  before(async () => {
    member = await ProxiedMember.open();
  });
  afterEach(() => {
    member.proxy.intercept = () => false;
  });
  after(() => member?.close());

  it('K37: is there if 30 definitions learn it in the same commit', () => learn(30));

  it('K37: is there if 100 definitions learn it in the same commit', () => learn(100));

  it('K37: is there if one of two API servers has the old schema and rejects it', () =>
    learnBeside(201, 'rejects'));

  it('K37: is there if one of two API servers has the old schema and drops it', () =>
    learnBeside(202, 'drops'));

  it('K37: is there if another process has just changed the definition, which Git does not have', async () => {
    const number = 205;
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const path = `${definitions}/things${number}.things.test.regatta.dev`;
    await member.api.apply(path, 'another-tool', thingDefinition(number, first));
    await until(
      'the definition',
      async () => (await member.api.get(thingPath(number))) === undefined,
    );
    await member.push({ [`default/thing${number}.json`]: thing(number, {}) });
    await member.once();
    const old = withOldServer(member, 'rejects', 4);
    member.proxy.intercept = old.intercept;
    await member.api.apply(path, 'another-tool', thingDefinition(number, both));
    await member.push({ [`default/thing${number}.json`]: thing(number, { later: 'here' }) });
    await member.once();
    assert.ok(old.reached() > 0);
    assert.equal(await laterOf(number), 'here');
  });

  it('K37: fails by name if its definition does not have it, and delays no other object', async () => {
    await member.push({
      '_cluster/things203.json': thingDefinition(203, first),
      'default/thing203.json': thing(203, {}),
      '_cluster/things204.json': thingDefinition(204, vague),
      'default/thing204.json': thing(204, {}),
    });
    await member.once();
    // For 30 s, an API server may not have read a definition.
    await sleep(31_000);
    await member.push({
      'default/thing203.json': thing(203, { later: 'here' }),
      'default/beside.json': configMap('beside', '1'),
    });
    const started = Date.now();
    const { events } = await member.once(1, '25s');
    assert.ok(
      Date.now() - started < 20_000,
      'no definition has just changed, so that waiting is useless',
    );
    assert.deepEqual(messagesOf(events, thingKey(203), 'failed'), ['unknown field spec.later']);
    assert.ok(await member.api.get(`${configMaps}/beside`));
    await member.push({ 'default/thing203.json': thing(203, {}) });
  });

  it('K37: fails if the API server accepts the object without it', async () => {
    const queries = new Set<string>();
    member.proxy.intercept = ({ method, url = '' }) => {
      if (method === 'PATCH' && url.includes('/things204/')) queries.add(url);
      return false;
    };
    await member.push({ 'default/thing204.json': thing(204, { pod: { labels: { a: 'b' } } }) });
    const { events } = await member.once(1, '25s');
    assert.deepEqual(messagesOf(events, thingKey(204), 'failed'), [unkept]);
    for (const query of queries) assert.match(query, /[?&]fieldValidation=Strict(&|$)/);
    const stored = (await member.api.get(thingPath(204)))?.metadata.resourceVersion;
    await member.once(1, '25s');
    assert.equal((await member.api.get(thingPath(204)))?.metadata.resourceVersion, stored);
  });

  it('K37: is only reported with spec.sync.fieldValidation: Warn', async () => {
    await member.repo.push({ 'regatta.yaml': { spec: { sync: { fieldValidation: 'Warn' } } } });
    await member.push({ 'default/thing204.json': thing(204, { pod: { labels: { a: 'c' } } }) });
    const { events } = await member.once();
    assert.deepEqual(messagesOf(events, thingKey(204), 'unchanged'), [unkept]);
    const later = await member.once();
    assert.deepEqual(messagesOf(later.events, thingKey(204), 'unchanged'), []);
    await member.push({ 'default/thing204.json': thing(204, { first: 'new', pod: { a: 1 } }) });
    const changed = await member.once();
    assert.deepEqual(messagesOf(changed.events, thingKey(204), 'configured'), [
      'unknown field spec.pod.a: the API server did not keep it',
    ]);
  });
});

/** Expects that objects of many kinds have a field that their definitions learn in the same commit. */
async function learn(count: number): Promise<void> {
  await member.push(things(count, false));
  await member.once(0, '90s');
  await member.push(things(count, true));
  await member.once(0, '90s');
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  assert.deepEqual([...new Set(await Promise.all(numbers.map(laterOf)))], ['here']);
}

/** Expects that an object has a new field although some applies reach an API server with the old schema. */
async function learnBeside(number: number, how: 'rejects' | 'drops'): Promise<void> {
  const files = (schema: object, spec: object) => ({
    [`_cluster/things${number}.json`]: thingDefinition(number, schema),
    [`default/thing${number}.json`]: thing(number, spec),
  });
  await member.push(files(first, {}));
  await member.once();
  const old = withOldServer(member, how, 4);
  member.proxy.intercept = old.intercept;
  await member.push(files(both, { later: 'here' }));
  await member.once();
  assert.ok(old.reached() > 0);
  assert.equal(await laterOf(number), 'here');
}
