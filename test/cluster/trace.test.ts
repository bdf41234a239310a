import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { attributesOf, spansIn } from '#test/io/otlp.ts';
import { ReceivingServer } from '#test/io/receiving-server.ts';
import { configMap } from './objects.ts';
import { Scenario } from './scenario.ts';
import { SyncerProcess } from './syncer-process.ts';

const canary = 'canary-c41e';

let scenario: Scenario;
let web: ReceivingServer;

describe('traces of a sync', () => {
  before(async () => {
    scenario = await Scenario.open('--cluster', 'member1');
    web = await ReceivingServer.open();
  });
  after(async () => {
    await scenario?.close();
    web?.close();
  });
  beforeEach(() => {
    web.received.length = 0;
  });

  async function once(env: Readonly<Record<string, string>>): Promise<number | null> {
    const { kubeconfig } = scenario.fleet;
    const state = ['--state-dir', `${scenario.repo.directory}/state`];
    const flags = ['--kubeconfig', kubeconfig, ...state, '--cluster', 'member1', '--once'];
    return new SyncerProcess(scenario.repo.url, flags, { env }).ended;
  }

  it('sends spans for the phases of a turn, without content of Secrets', async () => {
    const metadata = { name: 's', namespace: 'default' };
    const commit = await scenario.repo.push({
      'rendered/member1/default/configmap_a.json': configMap('a', '1'),
      'rendered/member1/default/secret_s.json': {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata,
        stringData: { canary },
      },
    });
    const begun = BigInt(Date.now()) * 1_000_000n;
    assert.equal(await once({ OTEL_EXPORTER_OTLP_ENDPOINT: web.url }), 0);
    const spans = spansIn(web);
    const root = spans.find(({ name }) => name === 'turn');
    assert.ok(root);
    assert.equal(attributesOf(root)['regatta.commit'], commit);
    assert.equal(attributesOf(root)['regatta.objects.created'], 2);
    const phases = spans.filter(({ parentSpanId }) => parentSpanId === root.spanId);
    const inOrder = phases.map(({ name }) => name);
    // The syncer reads whose cluster it is before it takes the Lease.
    const whileGitIsRead = ['inventory', 'lease', 'inventory'];
    const then = ['inventory', 'lease', 'inventory', 'observe', 'save', 'apply', 'save'];
    assert.deepEqual(inOrder, [...whileGitIsRead, ...then]);
    for (const { startTimeUnixNano: start, endTimeUnixNano: end } of [root, ...phases]) {
      assert.ok(begun <= BigInt(start) && BigInt(start) <= BigInt(end));
      assert.ok(BigInt(end) <= BigInt(root.endTimeUnixNano));
    }
    assert.ok(spans.some(({ name }) => name === 'fetch'));
    assert.ok(!JSON.stringify(web.received).includes(canary));
    assert.ok(!JSON.stringify(web.received).includes(Buffer.from(canary).toString('base64')));
  });

  it('sends no traces unless the environment sets an endpoint', async () => {
    const off = { OTEL_EXPORTER_OTLP_ENDPOINT: web.url, OTEL_SDK_DISABLED: 'true' };
    for (const env of [{}, off]) {
      await scenario.repo.push({
        'rendered/member1/default/configmap_a.json': configMap('a', JSON.stringify(env)),
      });
      assert.equal(await once(env), 0);
    }
    assert.deepEqual(web.received, []);
  });

  it('exits with 0 when the endpoint does not answer', async () => {
    await scenario.repo.push({
      'rendered/member1/default/configmap_a.json': configMap('a', '9'),
    });
    web.silent = true;
    assert.equal(await once({ OTEL_EXPORTER_OTLP_ENDPOINT: web.url }), 0);
    web.silent = false;
  });
});
