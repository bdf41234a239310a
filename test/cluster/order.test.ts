import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { assertEvent } from '#test/events.ts';
import type { Api } from './api.ts';
import { configMap, deployment, widget, widgetDefinition } from './objects.ts';
import { configMaps, deployments, isObject, Scenario } from './scenario.ts';

let scenario: Scenario;
let member1: Api;

/** Each step starts from the cluster as the previous step left it. */
describe('the order of a sync', () => {
  before(async () => {
    scenario = await Scenario.open();
    ({ member1 } = scenario);
  });
  after(() => scenario?.close());

  it('applies an object only when its dependencies are ready', async () => {
    const { events } = await scenario.sync({
      'default/a.json': annotated(configMap('a', '1'), { [dependsOn]: webReference }),
      'default/web.json': deployment('web', 1, 'web:1'),
    });
    assert.deepEqual(resultsOf(events, 'created', 'Current'), [
      'web created',
      'web Current',
      'a created',
    ]);
  });

  it('applies a wave only when the previous one is ready', async () => {
    const { events } = await scenario.sync({
      'default/early.json': annotated(deployment('early', 1, 'web:1'), { [wave]: '-1' }),
      'default/b.json': configMap('b', '1'),
      'default/late.json': annotated(configMap('late', '1'), { [wave]: '1' }),
    });
    const order = resultsOf(events, 'created', 'Current');
    assert.deepEqual(order, ['early created', 'early Current', 'b created', 'late created']);
  });

  it('deletes dependents before their dependencies', async () => {
    const { events } = await scenario.sync({
      'default/a.json': undefined,
      'default/web.json': undefined,
    });
    assert.deepEqual(resultsOf(events, 'pruned'), ['a pruned', 'web pruned']);
    const { events: later } = await scenario.sync({
      'default/b.json': undefined,
      'default/late.json': undefined,
      'default/stays.json': configMap('stays', '1'),
    });
    assert.deepEqual(resultsOf(later, 'pruned'), ['late pruned', 'b pruned']);
  });

  it('refuses an object whose dependency is not rendered, and applies the others', async () => {
    const orphan = annotated(configMap('orphan', '1'), { [dependsOn]: webReference });
    const files = { 'default/orphan.json': orphan, 'default/c.json': configMap('c', '1') };
    const { events } = await scenario.sync(files, 1);
    const message = /^depends on Deployment default\/web, which is not rendered/;
    assertEvent(events, { type: 'object', result: 'refused', message });
    assert.ok(await member1.get(`${configMaps}/c`));
    assert.equal(await member1.get(`${configMaps}/orphan`), undefined);
    await scenario.sync({ 'default/orphan.json': undefined });
  });

  it('refuses a directory with a dependency cycle', async () => {
    const on = (name: string) => ({ [dependsOn]: `/namespaces/default/ConfigMap/${name}` });
    const { events } = await scenario.sync(
      {
        'default/x.json': annotated(configMap('x', '1'), on('y')),
        'default/y.json': annotated(configMap('y', '1'), on('x')),
      },
      1,
    );
    const reason = /dependency cycle: ConfigMap default\/x → ConfigMap default\/y/;
    assertEvent(events, { type: 'refused', reason });
    await scenario.sync({ 'default/x.json': undefined, 'default/y.json': undefined });
  });

  it('reports an immutable field, and replaces the object only with its annotation', async () => {
    const one = deployment('fixed', 1, 'web:1');
    await scenario.sync({ 'default/fixed.json': one });
    const uid = (await member1.get(`${deployments}/fixed`))?.metadata.uid;
    const two = JSON.parse(JSON.stringify(one).replaceAll('"app":"fixed"', '"app":"other"'));
    const { events } = await scenario.sync({ 'default/fixed.json': two }, 1);
    const message = /field is immutable.*regatta.dev\/replace/;
    assertEvent(events, { type: 'object', result: 'failed', message });
    assert.equal((await member1.get(`${deployments}/fixed`))?.metadata.uid, uid);

    await scenario.sync({
      'default/fixed.json': annotated(two, { 'regatta.dev/replace': 'true' }),
    });
    const replaced = await member1.get(`${deployments}/fixed`);
    assert.notEqual(replaced?.metadata.uid, uid);
    assert.match(JSON.stringify(replaced?.spec), /"app":"other"/);
  });

  it('EN18b: drops a default without an owner when a change of another field forbids it', async () => {
    const one = deployment('strategy', 1, 'web:1');
    await scenario.sync({ 'default/strategy.json': one });
    const before = await member1.get(`${deployments}/strategy`);
    const spec = { ...Object(one).spec, strategy: { type: 'Recreate' } };
    await scenario.sync({ 'default/strategy.json': { ...one, spec } });
    const after = await member1.get(`${deployments}/strategy`);
    assert.deepEqual(Object(after?.spec).strategy, { type: 'Recreate' });
    assert.equal(after?.metadata.uid, before?.metadata.uid);
    await scenario.sync({ 'default/strategy.json': undefined });
  });

  it('does not replace an object by one that the cluster would reject', async () => {
    const live = await member1.get(`${deployments}/fixed`);
    const object = deployment('fixed', -1, 'web:1');
    await scenario.sync(
      { 'default/fixed.json': annotated(object, { 'regatta.dev/replace': 'true' }) },
      1,
    );
    assert.equal((await member1.get(`${deployments}/fixed`))?.metadata.uid, live?.metadata.uid);
    await scenario.sync({ 'default/fixed.json': undefined });
  });

  it('applies an object of an unknown kind once a definition exists', async () => {
    await scenario.repo.push({ 'rendered/member1/default/w.json': widget('w', 1) });
    const syncer = await scenario.start();
    const key = 'test.regatta.dev/Widget/default/w';
    await syncer.event(isObject('member1', key, 'failed'));
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.test.regatta.dev';
    await member1.apply(path, 'another-manager', widgetDefinition);
    await syncer.event(isObject('member1', key, 'created'), 20_000);
  });
});

const dependsOn = 'config.kubernetes.io/depends-on';
const wave = 'argocd.argoproj.io/sync-wave';
const webReference = 'apps/namespaces/default/Deployment/web';

function annotated(object: object, annotations: Readonly<Record<string, string>>): KubeObject {
  const { metadata, ...rest } = object as KubeObject;
  return { ...rest, metadata: { ...metadata, annotations } } as KubeObject;
}

/** Returns `name result` of the events with one of these results, in order. */
function resultsOf(events: readonly SyncEvent[], ...words: readonly string[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type !== 'object' && event.type !== 'health') return [];
    const word = event.type === 'object' ? event.result : event.status;
    return words.includes(word) ? [`${event.key.split('/').at(-1)} ${word}`] : [];
  });
}
