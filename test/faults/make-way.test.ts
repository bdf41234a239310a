import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Single } from '#test/cluster/single.ts';
import { assertEvent } from '#test/events.ts';

const services = '/api/v1/namespaces/default/services';
const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';

function service(name: string, nodePort: number, annotations: object = {}): object {
  const metadata = { name, namespace: 'default', annotations };
  const spec = { type: 'NodePort', ports: [{ port: 80, nodePort }] };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec };
}

function priorityClass(name: string): object {
  const metadata = { name };
  const apiVersion = 'scheduling.k8s.io/v1';
  return { apiVersion, kind: 'PriorityClass', metadata, globalDefault: true, value: 10 };
}

let single: Single;

describe('K38: an object that left Git and is in the way of a new one', () => {
  before(async () => {
    single = await Single.open();
    await single.sync({
      'x/door.json': service('door', 30123),
      'x/most.json': priorityClass('most'),
    });
  });
  after(() => single?.close());

  it('K38: makes room for a renamed Service and a renamed default PriorityClass', async () => {
    const events = await single.sync({
      'x/door.json': undefined,
      'x/front-door.json': service('front-door', 30123),
      'x/most.json': undefined,
      'x/highest.json': priorityClass('highest'),
    });
    const message =
      'Service default/door, which left Git, holds nodePort 30123 of Service default/front-door; deleting it first';
    assertEvent(events, {
      type: 'object',
      result: 'pruned',
      key: '/Service/default/door',
      message,
    });
    assert.ok(await single.api.get(`${services}/front-door`));
    assert.equal(await single.api.get(`${services}/door`), undefined);
    assert.ok(await single.api.get(`${classes}/highest`));
    assert.equal(await single.api.get(`${classes}/most`), undefined);
  });

  it('K38: stays when a guard holds it, and the failure names it', async () => {
    const keep = { 'regatta.dev/preserve-on-deletion': 'true' };
    await single.sync({ 'x/kept.json': service('kept', 30124, keep) });
    const events = await single.sync(
      { 'x/kept.json': undefined, 'x/new.json': service('new', 30124) },
      1,
    );
    const message =
      /30124.*; Service default\/kept, which left Git, holds nodePort 30124 of Service default\/new, but stays: /;
    assertEvent(events, { type: 'object', result: 'failed', key: '/Service/default/new', message });
    assert.ok(await single.api.get(`${services}/kept`));
    await single.sync({ 'x/new.json': undefined });
  });

  it('K38: stays when it holds nothing that a rejected object needs', async () => {
    const other = service('other', 30126) as { readonly metadata: object };
    await single.api.apply(`${services}/other`, 'another-manager', other);
    await single.sync({ 'x/leaving.json': service('leaving', 30127) });
    await single.sync({ 'x/leaving.json': undefined, 'x/wants.json': service('wants', 30126) }, 1);
    assert.ok(await single.api.get(`${services}/leaving`));
  });
});
