import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CommitStatuses } from '#io/notify/commit-status.ts';
import { DeliveryQueue } from '#io/notify/delivery-queue.ts';
import { type Forge, forgeOf } from '#io/notify/forge.ts';
import { Notifier } from '#io/notify/notifier.ts';
import type { Log } from '#syncer/ports/machine.ts';
import type { TurnReport } from '#syncer/report/turns.ts';
import { configMapKey } from '#test/syncer/samples.ts';
import { ReceivingServer } from './receiving-server.ts';

let server: ReceivingServer;
let warnings: string[];
const log: Log = {
  debug: () => {},
  info: () => {},
  warn: (data, message) => warnings.push(`${message} ${JSON.stringify(data)}`),
  error: () => {},
};

beforeEach(async () => {
  server = await ReceivingServer.open();
  warnings = [];
});
afterEach(() => server.close());

const requestOf = (body: string, subject = '') => ({ url: server.url, headers: {}, body, subject });
const bodies = () => server.received.map(({ body }) => body);

describe('a delivery queue', () => {
  it('delivers in order, retries when the receiver is busy, and drops rejected messages', async () => {
    const queue = new DeliveryQueue('test', log);
    server.answers.push(503, { status: 429, headers: { 'retry-after': '1' } }, 200, 400);
    const begun = performance.now();
    queue.post(requestOf('a'));
    queue.post(requestOf('b'));
    queue.post(requestOf('c'));
    await queue.close(10_000);
    assert.ok(performance.now() - begun > 1000, 'the queue waits as long as Retry-After says');
    assert.deepEqual(bodies(), ['a', 'a', 'a', 'b', 'c']);
    assert.deepEqual(warnings, ['not delivered {"sending":"test","fault":"answered 400"}']);
  });

  it('retries a 403 only if the answer has a time for it', async () => {
    const queue = new DeliveryQueue('test', log);
    server.answers.push({ status: 403, headers: { 'retry-after': '1' } }, 200, 403);
    queue.post(requestOf('a'));
    queue.post(requestOf('b'));
    await queue.close(10_000);
    assert.deepEqual(bodies(), ['a', 'a', 'b']);
    assert.deepEqual(warnings, ['not delivered {"sending":"test","fault":"answered 403"}']);
  });

  it('drops a waiting retry when it is closed', async () => {
    const queue = new DeliveryQueue('test', log);
    server.answers.push({ status: 503, headers: { 'retry-after': '30' } });
    queue.post(requestOf('a'));
    await queue.close(300);
    // The retry would have been the second request.
    assert.deepEqual(bodies(), ['a']);
  });

  it('does not follow redirects', async () => {
    const queue = new DeliveryQueue('test', log);
    server.answers.push({ status: 302, headers: { location: `${server.url}/elsewhere` } });
    queue.post(requestOf('a'));
    await queue.close(5000);
    assert.deepEqual(
      server.received.map(({ path }) => path),
      ['/'],
    );
    assert.match(warnings.join(), /answered 302/);
  });

  it('keeps the newest message of each subject, up to a maximum number', async () => {
    const queue = new DeliveryQueue('test', log);
    queue.post(requestOf('first'));
    for (const body of ['1', '2', '3']) queue.post(requestOf(body, 'same'));
    for (let index = 0; index < 1001; index++) queue.post(requestOf(`n${index}`));
    await queue.close(20_000);
    assert.equal(server.received.length, 1001);
    assert.deepEqual(bodies().slice(0, 2), ['first', 'n1']);
    assert.match(warnings[0] ?? '', /the queue is full/);
  });

  it('ends in time when the receiver does not answer, and logs that', async () => {
    const queue = new DeliveryQueue('test', log);
    server.silent = true;
    queue.post(requestOf('a'));
    queue.post(requestOf('b'));
    await queue.close(300);
    assert.match(warnings.at(-1) ?? '', /not delivered before the process ended .*"left":1/);
  });
});

describe('a notifier', () => {
  it('sends signed messages about important events, without values of drift', async () => {
    const notifier = new Notifier({ url: `${server.url}/hook`, secret: 'shared', log });
    const key = configMapKey('a');
    const object = { type: 'object', cluster: 'c', key, message: 'why' } as const;
    notifier.heard({ ...object, result: 'created' });
    notifier.heard({ ...object, result: 'held' });
    const change = { path: '.data.value', pointer: '/data/value', operation: 'Update', time: '' };
    const changes = [{ ...change, desired: 'canary-1', live: 'canary-2', manager: 'kubectl' }];
    notifier.heard({ type: 'drift', cluster: 'c', key, deleted: false, changes });
    notifier.heard({ type: 'synced', cluster: 'c', commit: 'c0ffee', counts: {}, ms: 3 });
    await notifier.close(5000);
    assert.deepEqual(
      bodies().map((body) => JSON.parse(body).type),
      ['object', 'drift', 'synced'],
    );
    assert.ok(!bodies().join().includes('canary'));
    assert.match(bodies()[1] ?? '', /"path":"\.data\.value","manager":"kubectl"/);
    for (const { path, headers, body } of server.received) {
      assert.equal(path, '/hook');
      const signed = `${headers['x-regatta-timestamp']}.${body}`;
      const hmac = createHmac('sha256', 'shared').update(signed).digest('hex');
      assert.equal(headers['x-regatta-signature'], `sha256=${hmac}`);
    }
  });
});

describe('commit statuses', () => {
  const turn = (more: Partial<TurnReport>): TurnReport => ({
    ...{ cluster: 'member1', startedAt: 0, endedAt: 0, commit: 'c0ffee' },
    ...{ state: 'synced', reason: '', counts: {}, phases: [], ...more },
  });

  async function send(forge: Forge['type'], turns: readonly Partial<TurnReport>[]) {
    const options = { type: forge, api: server.url, project: 'group/fleet', token: 't0ken' };
    const statuses = new CommitStatuses(options, log);
    statuses.heard({ type: 'published', source: 'bea7', commit: 'fab1e' });
    for (const one of turns) {
      statuses.turned(turn(one));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await statuses.close(5000);
    return server.received.map(({ path, body }) => [path, JSON.parse(body)]);
  }

  it('are set at GitHub for each cluster, once for each change', async () => {
    const statuses = await send('github', [
      { state: 'working', reason: 'waiting for objects' },
      { state: 'working', reason: 'waiting still' },
      {},
      {},
      { state: 'working', reason: 'HTTP 429' },
      { commit: 'deed', state: 'stalled', reason: 'x'.repeat(200) },
    ]);
    const context = 'regatta/member1';
    assert.deepEqual(statuses, [
      [
        '/repos/group/fleet/statuses/c0ffee',
        { state: 'pending', context, description: 'waiting for objects' },
      ],
      [
        '/repos/group/fleet/statuses/c0ffee',
        { state: 'success', context, description: 'equals its directory' },
      ],
      [
        '/repos/group/fleet/statuses/deed',
        { state: 'failure', context, description: `${'x'.repeat(139)}…` },
      ],
    ]);
    assert.equal(server.received[0]?.headers.authorization, 'Bearer t0ken');
  });

  it('are set at GitLab, also on the source commit', async () => {
    const statuses = await send('gitlab', [{ commit: 'fab1e', state: 'stalled', reason: 'bad' }]);
    const body = { state: 'failed', name: 'regatta/member1', description: 'bad' };
    assert.deepEqual(statuses, [
      ['/projects/group%2Ffleet/statuses/fab1e', body],
      ['/projects/group%2Ffleet/statuses/bea7', body],
    ]);
    assert.equal(server.received[0]?.headers['private-token'], 't0ken');
  });

  for (const [type, repo, api, project] of [
    ['github', 'https://github.com/o/r.git', 'https://api.github.com', 'o/r'],
    ['github', 'git@github.com:o/r.git', 'https://api.github.com', 'o/r'],
    ['github', 'https://git.example.com/o/r', 'https://git.example.com/api/v3', 'o/r'],
    ['gitlab', 'ssh://git@gitlab.com:22/a/b/c.git', 'https://gitlab.com/api/v4', 'a/b/c'],
    ['gitlab', 'https://user@gitlab.example.com/a/b/', 'https://gitlab.example.com/api/v4', 'a/b'],
  ] as const) {
    it(`find the ${type} project of ${repo}`, () => {
      assert.deepEqual(forgeOf(type, repo), { api, project });
    });
  }

  it('find no project for a local folder', () => {
    assert.equal(forgeOf('github', '/srv/git/fleet.git'), undefined);
  });
});
