import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Traces } from '#io/trace/traces.ts';
import type { Log } from '#syncer/ports/machine.ts';
import type { PublishingPort, SourcePort } from '#syncer/ports/source.ts';
import { fakeClock } from '#test/syncer/samples.ts';
import { until } from '#test/until.ts';
import { attributesOf, resourceIn, spansIn } from './otlp.ts';
import { ReceivingServer } from './receiving-server.ts';
import { turn } from './turn-sample.ts';

let server: ReceivingServer;
let warnings: string[];
const log: Log = {
  debug: () => {},
  info: () => {},
  warn: (data, message) => warnings.push(`${message} ${JSON.stringify(data)}`),
  error: () => {},
};
/** The OpenTelemetry library reads these variables from the environment. */
const variables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer canary-9d',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
};

function open(env: Readonly<Record<string, string>> = {}): Traces {
  return new Traces({ env, version: '1.2.3', log, clock: fakeClock() });
}

describe('the exporter of traces', () => {
  beforeEach(async () => {
    server = await ReceivingServer.open();
    warnings = [];
    Object.assign(process.env, variables, { OTEL_EXPORTER_OTLP_ENDPOINT: server.url });
  });
  afterEach(() => {
    server.close();
    for (const name of Object.keys(variables)) delete process.env[name];
  });

  it('sends a turn and its phases, each with its times', async () => {
    const traces = open();
    traces.turned(turn);
    await traces.close(5000);
    const [root, ...children] = spansIn(server).toSorted(
      (a, b) => Number(a.startTimeUnixNano) - Number(b.startTimeUnixNano),
    );
    assert.ok(root);
    assert.equal(root.name, 'turn');
    assert.equal(root.startTimeUnixNano, '1800000000000000000');
    assert.equal(root.endTimeUnixNano, '1800000000900000000');
    assert.deepEqual(attributesOf(root), {
      'regatta.cluster': 'member1',
      'regatta.commit': 'c0ffee',
      'regatta.state': 'synced',
      'regatta.objects.created': 2,
      'regatta.objects.unchanged': 5,
    });
    assert.deepEqual(
      children.map(({ name, traceId, parentSpanId, endTimeUnixNano }) => [
        ...[name, traceId, parentSpanId, endTimeUnixNano],
      ]),
      [
        ['observe', root.traceId, root.spanId, '1800000000200000000'],
        ['apply', root.traceId, root.spanId, '1800000000800000000'],
      ],
    );
  });

  it('sends the resource attributes and headers of the environment', async () => {
    const traces = open();
    traces.turned(turn);
    await traces.close(5000);
    const resource = resourceIn(server);
    assert.equal(resource['service.name'], 'regatta');
    assert.equal(resource['service.version'], '1.2.3');
    assert.equal(resource['deployment.environment.name'], 'test');
    assert.equal(server.received[0]?.headers.authorization, 'Bearer canary-9d');
  });

  it('sends no turn without changes, unless it failed', async () => {
    const traces = open();
    const counts = { unchanged: 7 };
    traces.turned({ ...turn, counts });
    traces.turned({ ...turn, counts: {}, state: 'working', reason: 'no', fault: 'unreachable' });
    await traces.close(5000);
    const roots = spansIn(server).filter(({ name }) => name === 'turn');
    assert.deepEqual(
      roots.map(({ status }) => [status.code, status.message]),
      [[2, 'no']],
    );
    assert.equal(attributesOf(roots[0] ?? assert.fail())['error.type'], 'unreachable');
  });

  it('sends a turn with the same result as the previous one only once', async () => {
    const traces = open();
    const held = { ...turn, counts: { suspended: 1, unchanged: 6 } };
    const away = { ...turn, counts: {}, state: 'working', fault: 'unreachable' } as const;
    for (const one of [held, held, away, away, { ...away, cluster: 'member2' }, held, held]) {
      traces.turned({ ...one, reason: `${one.reason} ${Math.random()}` });
    }
    await traces.close(5000);
    const roots = spansIn(server).filter(({ name }) => name === 'turn');
    const spans = roots.map(attributesOf);
    assert.deepEqual(
      spans.map((attributes) => [attributes['regatta.cluster'], attributes['regatta.state']]),
      [
        ['member1', 'synced'],
        ['member1', 'working'],
        ['member2', 'working'],
        ['member1', 'synced'],
      ],
    );
  });

  it('sends each turn with changes', async () => {
    const traces = open();
    for (let count = 0; count < 3; count++) traces.turned({ ...turn, counts: { configured: 1 } });
    await traces.close(5000);
    assert.equal(spansIn(server).filter(({ name }) => name === 'turn').length, 3);
  });

  it('sends a poll of the repository that found another commit, or failed', async () => {
    const traces = open();
    const answers = ['c1', 'c1', 'c2', '', '', 'c2', ''];
    const fetch = async () => answers.shift() || Promise.reject(new Error('no such branch'));
    const source = traces.observe({ fetch } as unknown as SourcePort);
    const signal = new AbortController().signal;
    for (let look = 0; look < 3; look++) await source.fetch(signal);
    const fails = () => assert.rejects(source.fetch(signal), /no such branch/);
    await fails();
    await fails();
    await source.fetch(signal);
    await fails();
    await traces.close(5000);
    const spans = spansIn(server).map((span) => [
      span.name,
      attributesOf(span)['regatta.commit'] ?? span.status.message,
    ]);
    assert.deepEqual(spans, [
      ['fetch', 'c1'],
      ['fetch', 'c2'],
      ['fetch', 'no such branch'],
      ['fetch', 'no such branch'],
    ]);
  });

  it('sends each compile and each push, with the reason of a failure', async () => {
    const traces = open();
    const pushes = ['pushed', 'raced'];
    const push = async () => pushes.shift() ?? Promise.reject(new Error('denied'));
    const source = traces.observe({ push } as unknown as PublishingPort);
    const signal = new AbortController().signal;
    await source.push('c1', signal);
    await source.push('c1', signal);
    await assert.rejects(source.push('c1', signal), /denied/);
    const results = [true, false];
    const compile = traces.observeCompile(async () => {
      const ok = results.shift();
      if (ok === undefined) throw new Error('the disk is full');
      return { ok, diagnostics: [] };
    });
    assert.deepEqual(await compile('/fleet', signal), { ok: true, diagnostics: [] });
    assert.deepEqual(await compile('/fleet', signal), { ok: false, diagnostics: [] });
    await assert.rejects(compile('/fleet', signal), /the disk is full/);
    await traces.close(5000);
    assert.deepEqual(
      spansIn(server).map(({ name, status }) => [name, status.message ?? '']),
      [
        ['push', ''],
        ['push', 'the branch moved before the push'],
        ['push', 'denied'],
        ['compile', ''],
        ['compile', 'the commit does not compile'],
        ['compile', 'the disk is full'],
      ],
    );
  });

  it('samples as the environment requires', async () => {
    for (const [name, arg, count] of [
      ['always_off', '', 0],
      ['parentbased_traceidratio', '0', 0],
      ['traceidratio', '1', 3],
      ['parentbased_always_on', '', 3],
    ] as const) {
      server.received.length = 0;
      const traces = open({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: arg });
      traces.turned(turn);
      await traces.close(5000);
      assert.equal(spansIn(server).length, count, name);
    }
    assert.throws(
      () => open({ OTEL_TRACES_SAMPLER: 'jaeger_remote' }),
      /unknown OTEL_TRACES_SAMPLER/,
    );
    const many = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' };
    assert.throws(() => open(many), /"2": must be a number from 0 to 1/);
  });

  it('logs rejected traces once, without headers', async () => {
    server.answers.push(400, 400);
    const traces = open();
    traces.turned(turn);
    await traces.close(5000);
    assert.equal(warnings.length, 1);
    assert.match(warnings.join(), /^cannot send traces/);
    assert.ok(!warnings.join().includes('canary-9d'));
  });

  it('delays the end of the process by at most the given time', async () => {
    server.silent = true;
    const traces = open();
    traces.turned(turn);
    // Resolves, although the server never answers.
    await traces.close(300);
    assert.deepEqual(warnings, ['some traces were not sent before the process ended {}']);
  });

  it('sends at the interval that the environment sets', async () => {
    const traces = open({ OTEL_BSP_SCHEDULE_DELAY: '50' });
    traces.turned(turn);
    await until(
      'the spans to be sent at the interval',
      async () => spansIn(server).length === 3,
      3000,
    );
    await traces.close(5000);
    for (const wrong of ['often', '-1', '0', '1.5']) {
      assert.throws(
        () => open({ OTEL_BSP_MAX_QUEUE_SIZE: wrong }),
        /invalid OTEL_BSP_MAX_QUEUE_SIZE/,
      );
    }
  });

  it('rejects an invalid address without showing it', () => {
    for (const address of ['collector', 'collector:4318', 'grpc://user:canary-9d@collector']) {
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: address };
      assert.throws(() => open(env), {
        message:
          'invalid OTEL_EXPORTER_OTLP_ENDPOINT: must be a URL that starts with https:// or http://',
      });
    }
  });
});
