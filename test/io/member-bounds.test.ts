import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { loadOwnCluster } from '#io/kubernetes/in-cluster.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { ClusterPort, WatchEvent } from '#syncer/ports/cluster.ts';
import { type Attack, HostileMember, sendEndlessly, sendJson } from '#test/hostile-member.ts';

const never = new AbortController().signal;
const kind = { apiVersion: 'v1', kind: 'Secret' };
const secrets = { kind, label: '', detail: 'metadata' } as const;
const ref = { ...kind, namespace: 'shop', name: 'db' };
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
let member: HostileMember;
let port: ClusterPort;

/** Attacks all requests for Secrets, and leaves discovery alone. */
function attackSecrets(attack: Attack): void {
  member.attack = (request, response) =>
    request.url?.includes('/secrets') === true && attack(request, response);
}

function sendText(response: ServerResponse, text: string | Buffer, headers = {}): true {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(text);
  return true;
}

function rejectsWith(call: Promise<unknown>, message: RegExp): Promise<void> {
  return assert.rejects(call, (error) => {
    assert.ok(error instanceof ClusterError, String(error));
    assert.equal(error.reason, 'malformed', error.message);
    assert.match(error.message, message);
    return true;
  });
}

function secret(name: string, data: unknown = '') {
  return { metadata: { name, namespace: 'shop' }, data };
}

describe('K18: what an API server sends', () => {
  before(async () => {
    member = await HostileMember.open();
    const own = { kubeconfig: member.kubeconfig, serviceAccount: '/none', env: {} };
    port = loadOwnCluster({ ...own, name: 'hostile' }).connect('hostile');
  });
  after(() => member?.close());

  it('K18: is read up to 64 MiB, also when little was sent for it', async () => {
    const zipped = gzipSync(Buffer.alloc(65 * 1024 ** 2, ' '));
    assert.ok(zipped.length < 100_000);
    attackSecrets((_, response) => sendText(response, zipped, { 'content-encoding': 'gzip' }));
    const message = /^the API server sent more than 64 MiB for list of Secrets$/;
    await rejectsWith(port.list({ ...secrets, atMost: 1 }, never), message);
  });

  it('K18: is read up to 64 MiB also when it fails and has no end', async () => {
    attackSecrets((_, response) => sendEndlessly(response, 'x', 500));
    await rejectsWith(port.read(ref, never), /more than 64 MiB for Secret shop\/db$/);
  });

  it('K18: leaves neither memory nor a listener behind when it is refused', async () => {
    const mebibyte = 1024 ** 2;
    const { signal } = new AbortController();
    const refused = async () => {
      const lists = Array.from({ length: 3 }, () => port.list(secrets, signal));
      const isRefused = /more than (64 MiB|1000000 values)/;
      await Promise.all(lists.map((list) => rejectsWith(list, isRefused)));
      collectGarbage();
    };
    const before = process.memoryUsage().arrayBuffers;
    attackSecrets((_, response) => sendEndlessly(response, 'x'));
    for (let round = 0; round < 2; round++) await refused();
    const manyValues = `[${'[],'.repeat(10 * mebibyte)}[]]`;
    attackSecrets((_, response) => sendText(response, manyValues));
    for (let round = 0; round < 2; round++) await refused();
    const left = process.memoryUsage().arrayBuffers - before;
    assert.ok(left < 100 * mebibyte, `${Math.ceil(left / mebibyte)} MiB`);
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  it('K18: has a limited number and depth of values', async () => {
    attackSecrets((_, response) => sendText(response, `[${'[],'.repeat(1_500_000)}[]]`));
    await rejectsWith(port.read(ref, never), /more than 1000000 values for Secret shop\/db$/);
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    attackSecrets((_, response) => sendText(response, deep));
    await rejectsWith(port.read(ref, never), /more than 500 nested values/);
    // Brackets and escaped quotes inside of a text do not count.
    const data = '["\\'.repeat(400_000);
    attackSecrets((_, response) => sendJson(response, { ...kind, metadata: { name: 'db' }, data }));
    assert.equal((await port.read(ref, never))?.data, data);
  });

  it('K18: is a list whose pages end', async () => {
    let page = 0;
    const answer = (next: string) => ({
      metadata: { resourceVersion: '1', continue: next },
      items: [secret(`s${page++}`)],
    });
    attackSecrets((_, response) => sendJson(response, answer('same')));
    await rejectsWith(port.list(secrets, never), /sent the same page twice for list of Secrets$/);
    attackSecrets((_, response) => sendJson(response, answer(`page ${page}`)));
    page = 0;
    await rejectsWith(port.list(secrets, never), /sent more than 1000 pages for list of Secrets$/);
    assert.equal(page, 1000);
    const items = Array.from({ length: 30_000 }, (_, i) => ({ metadata: { name: `s${i}` } }));
    attackSecrets((_, response) => sendJson(response, { ...answer(`page ${page}`), items }));
    await rejectsWith(port.list(secrets, never), /more than 100000 objects for list of Secrets$/);
  });

  it('K18: may be a list of many large objects, which come in smaller pages', async () => {
    const asked: number[] = [];
    const data = Array.from({ length: 12_000 }, () => []);
    attackSecrets(({ url = '' }, response) => {
      const query = new URL(url, 'http://member').searchParams;
      const limit = Number(query.get('limit'));
      asked.push(limit);
      const from = Number(query.get('continue') ?? 0);
      const to = Math.min(120, from + limit);
      const items = Array.from({ length: to - from }, (_, i) => secret(`s${from + i}`, data));
      const next = to < 120 ? { continue: String(to) } : {};
      return sendJson(response, { metadata: { resourceVersion: '7', ...next }, items });
    });
    const { objects } = await port.list({ ...secrets, detail: 'object' }, never);
    assert.deepEqual([...new Set(objects.map(({ metadata }) => metadata.name))].length, 120);
    assert.deepEqual([...new Set(asked)], [1000, 20]);
  });

  for (const [name, body] of Object.entries({
    'a page of a proxy': '<html>',
    null: 'null',
    'a list of numbers': '{"metadata":{"resourceVersion":"1"},"items":[1]}',
    'an item without a name': '{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{}}]}',
    'no metadata': '{"items":[]}',
    'a name with a slash':
      '{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a/b"}}]}',
  })) {
    it(`K18: is refused as a list if it is ${name}`, async () => {
      attackSecrets((_, response) => sendText(response, body));
      await rejectsWith(port.list(secrets, never), /sent an answer .* for list of Secrets$/);
    });
  }

  it('K18: is an event of at most 4 MiB, found in linear time', async () => {
    attackSecrets((_, response) => sendEndlessly(response, 'x'));
    await rejectsWith(watch(), /sent more than 4 MiB for one event of the watch of Secrets$/);
    const event = { type: 'ADDED', object: { metadata: { name: 'db', annotations: {} } } };
    const large = { ...event.object, data: 'x'.repeat(3 * 1024 ** 2) };
    const text = `${JSON.stringify({ ...event, object: large })}\n\n${JSON.stringify(event)}\n`;
    attackSecrets((_, response) => sendText(response, text));
    const events: WatchEvent[] = [];
    await watch(events);
    assert.deepEqual(
      events.map((found) => found.type === 'changed' && found.object.metadata.name),
      ['db', 'db'],
    );
  });

  for (const line of ['1', 'x', '{"type":"ADDED"}', '{"type":"ADDED","object":{"metadata":{}}}']) {
    it(`K18: is refused as an event if it is ${line}`, async () => {
      attackSecrets((_, response) => sendText(response, `${line}\n`));
      await rejectsWith(watch(), /sent an event .* for watch of Secrets$/);
    });
  }

  it('K18: S11: delays a retry by at most a minute', async () => {
    for (const [given, want] of Object.entries({ 1e9: 60_000, 3: 3000, '-1': undefined })) {
      attackSecrets((_, response) => {
        response.setHeader('retry-after', given);
        return sendJson(response, { message: 'busy' }, 429);
      });
      await assert.rejects(port.read(ref, never), { reason: 'throttled', retryAfterMs: want });
    }
  });

  it('K18: is read one after the other when it is large, also after an answer was cut', async () => {
    const large = JSON.stringify({
      metadata: { resourceVersion: '1' },
      items: [secret('s', 'x'.repeat(2 * 1024 ** 2))],
    });
    let cut = 0;
    attackSecrets((_, response) => {
      if (++cut > 2) return sendText(response, large);
      response.writeHead(200, { 'content-length': String(large.length) });
      response.write(large.slice(0, -10), () => response.destroy());
      return true;
    });
    const lists = () => Array.from({ length: 6 }, () => port.list(secrets, never));
    const results = await Promise.allSettled(lists());
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 4);
    assert.equal((await Promise.all(lists())).length, 6);
  });
});

function watch(events: WatchEvent[] = []): Promise<void> {
  const onEvent = events.push.bind(events);
  return port.watch({ selection: secrets, resourceVersion: '1', onEvent }, never);
}
