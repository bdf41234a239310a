import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { SyncEvent } from '#syncer/report/events.ts';
import { ApiProxy } from '#test/api/proxy.ts';
import { ReceivingServer } from '#test/io/receiving-server.ts';
import { keyFile, seal } from '#test/seal.ts';
import { configMap } from './objects.ts';
import { runRegatta, Scenario } from './scenario.ts';

const password = 'tulip "7431" rose';
const pin = 'pinq';
const plain = 'plain-daisy-9917';

/** Anything that shows a value, or a part of one of 8 or more characters. */
const leak = /tulip|dHVsaX|rose|cm9zZ|daisy|ZGFpc3|pinq|cGlucQ/;

const metadata = (name: string) => ({ name, namespace: 'default' });
const secret = (name: string, fields: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadata(name),
  ...fields,
});

let scenario: Scenario;
let proxy: ApiProxy;
let receiver: ReceivingServer;

/** A webhook that repeats what it rejects, in its message, its reason and its causes. */
function rejecting(incoming: IncomingMessage, response: ServerResponse): boolean {
  const { method, url = '' } = incoming;
  if (method !== 'PATCH' || !/\/(secrets|configmaps)\/(sealed|plain|other)\?/.test(url))
    return false;
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    response.writeHead(422, { 'content-type': 'application/json' });
    const message = `denied: data.password: Invalid value: ${body}${repeated}`;
    const causes = [{ field: `data[${pin}]`, message: body, reason: plain }];
    const status = { kind: 'Status', code: 422, reason: 'Invalid', message, details: { causes } };
    response.end(JSON.stringify(url.includes('/other') ? { ...status, reason: pin } : status));
  });
  return true;
}

const repeated = [
  password,
  JSON.stringify(password),
  Buffer.from(password).toString('base64'),
  `${password.slice(0, 9)}…`,
].join(' | ');

describe('an API server that repeats what it rejects', () => {
  let events: readonly SyncEvent[];
  let flags: readonly string[];

  before(async () => {
    scenario = await Scenario.open('--cluster', 'member1', '--age-key-file', keyFile);
    proxy = await ApiProxy.open(scenario.fleet.kubeconfig, 'member1');
    receiver = await ReceivingServer.open();
    flags = ['--kubeconfig', proxy.kubeconfig];
    await scenario.sync({ 'default/configmap_a.json': configMap('a', '1') });
    proxy.intercept = rejecting;
    await scenario.repo.push({
      'rendered/member1/default/secret_sealed.json': await seal(
        secret('sealed', { stringData: { password, pin } }),
      ),
      'rendered/member1/default/secret_plain.json': secret('plain', {
        data: { password: Buffer.from(plain).toString('base64') },
      }),
      'rendered/member1/default/configmap_other.json': configMap('other', '2'),
    });
    const run = await scenario.once(...flags, '--notify-url', receiver.url);
    assert.equal(run.status, 1);
    ({ events } = run);
  });
  after(async () => {
    receiver?.close();
    proxy?.close();
    await scenario?.close();
  });

  it('K13: shows status, reason and fields of a Secret in place of the message', () => {
    for (const name of ['sealed', 'plain']) {
      const event = events.find((event) => event.type === 'object' && event.key.endsWith(name));
      const message = event?.type === 'object' ? event.message : '';
      assert.equal(message, 'rejected (422 Invalid) at .data.password; message hidden');
    }
  });

  it('K13: hides opened values in each message, in every form', () => {
    const event = events.find((event) => event.type === 'object' && event.key.endsWith('other'));
    const message = event?.type === 'object' ? event.message : '';
    assert.match(message, /^denied: data\.password: Invalid value: .*\(hidden\)/);
    assert.doesNotMatch(message, /tulip|rose|dHVsaX/);
  });

  it('K13: S08a: lets no value out in events, notifications and Events of the cluster', async () => {
    assert.doesNotMatch(JSON.stringify(events), leak);
    assert.ok(receiver.received.some(({ body }) => body.includes('message hidden')));
    assert.doesNotMatch(JSON.stringify(receiver.received), leak);
    const written = await scenario.member1.list('/api/v1/namespaces/default/events');
    assert.ok(written.some((event) => String(event.message).includes('message hidden')));
    assert.doesNotMatch(JSON.stringify(written), leak);
  });

  it('K13: S08a: lets no value out in status and diff --live', async () => {
    const options = ['--cluster', 'member1', '--age-key-file', keyFile, ...flags];
    const [status, live] = await Promise.all([
      scenario.regatta('status', ...flags, '-o', 'json'),
      runRegatta('diff', scenario.repo.checkout, '--live', ...options),
    ]);
    assert.match(status.text, /is not applied: rejected \(422 Invalid\)/);
    assert.doesNotMatch(status.text, leak);
    assert.match(live.text, /is rejected \(422 Invalid\) at \.data\.password; message hidden/);
    assert.doesNotMatch(live.text, leak);
  });
});
