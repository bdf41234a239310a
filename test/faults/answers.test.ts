import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { configMaps } from '#test/cluster/scenario.ts';
import { until } from '#test/until.ts';
import { FaultedFleet, many } from './faulted-fleet.ts';

let faulted: FaultedFleet;
let changes = 0;

/** Answers with a Status object, as an API server does that rejects a request. */
function failure(response: ServerResponse, code: number, message: string, headers = {}): true {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message };
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
  return true;
}

function isWatch({ url = '' }: IncomingMessage): boolean {
  return /[?&]watch=/.test(url);
}

describe('an API server that answers', () => {
  before(async () => {
    faulted = await FaultedFleet.open();
    await faulted.want(many(20, 'start'));
    await faulted.once();
  });
  after(() => faulted?.close());

  for (const code of [429, 500, 503]) {
    it(`recovers from ${code} answers to every other request`, async () => {
      const syncer = await faulted.startSynced();
      let asked = 0;
      const headers = code === 429 ? { 'retry-after': '1' } : {};
      faulted.proxy.intercept = (_, response) =>
        ++asked % 2 === 0 && failure(response, code, 'too much to do', headers);
      await faulted.want(many(20 + ++changes, `after ${code}`));
      await sleep(3000);
      faulted.proxy.intercept = () => false;
      await faulted.expectSound(syncer);
      await syncer.stop('SIGTERM');
    });
  }

  it('recovers from watches that are repeatedly too old', async () => {
    const syncer = await faulted.startSynced();
    const expired = {
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' },
    };
    let refused = 0;
    faulted.proxy.intercept = (incoming, response) => {
      if (!isWatch(incoming) || refused >= 6) return false;
      refused++;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(expired)}\n`);
      return true;
    };
    await faulted.fleet.stop('member1');
    await faulted.fleet.start('member1');
    await faulted.want(many(20 + ++changes, 'after 410'));
    await faulted.expectSound(syncer);
    // The syncer waits longer before each further list.
    await until('six watches to end', async () => refused === 6, 60_000);
    await faulted.api.edit(`${configMaps}/desired-c1`, 'another-manager', {
      data: { value: 'drifted' },
    });
    await faulted.expectSound(syncer);
    await syncer.stop('SIGTERM');
  });

  it('recovers when the API server does not answer for a while', async () => {
    const syncer = await faulted.startSynced();
    const held: ServerResponse[] = [];
    faulted.proxy.intercept = (_, response) => held.push(response) > 0;
    await faulted.want(many(20 + ++changes, 'after silence'));
    await sleep(2000);
    faulted.proxy.intercept = () => false;
    for (const response of held) response.destroy();
    await faulted.expectSound(syncer);
    await syncer.stop('SIGTERM');
  });

  it('recovers from truncated answers', async () => {
    const syncer = await faulted.startSynced();
    let torn = 0;
    faulted.proxy.intercept = (_, response) => {
      if (++torn > 10) return false;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"kind":"ConfigMap","metadata":{');
      setTimeout(() => response.destroy(), 20);
      return true;
    };
    await faulted.want(many(20 + ++changes, 'after torn answers'));
    await faulted.expectSound(syncer);
    assert.ok(torn > 10);
    await syncer.stop('SIGTERM');
  });

  it('recovers from an expired token when there is a new one', async () => {
    const syncer = await faulted.startSynced();
    faulted.proxy.intercept = (_, response) => failure(response, 401, 'Unauthorized');
    await faulted.want(many(20 + ++changes, 'after 401'));
    await syncer.event(({ type }) => type === 'trouble', 20_000);
    faulted.proxy.intercept = () => false;
    await faulted.expectSound(syncer);
    await syncer.stop('SIGTERM');
  });
});
