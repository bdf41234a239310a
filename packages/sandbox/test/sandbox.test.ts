import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { load } from 'js-yaml';
import { type Sandbox, startSandbox } from '../sandbox.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ clusters: ['one', 'two'] });
});
after(() => sandbox.close());

const deployments = '/apis/apps/v1/namespaces/default/deployments';
const configMaps = '/api/v1/namespaces/default/configmaps';

interface Sent {
  readonly method?: string;
  readonly type?: string;
  readonly body?: unknown;
}

type Body = Record<string, unknown>;

async function request(
  cluster: string,
  path: string,
  sent: Sent = {},
): Promise<{ code: number; body: Body }> {
  const { method = 'GET', type = 'application/json', body } = sent;
  const response = await fetch(`${sandbox.servers.get(cluster)}${path}`, {
    method,
    headers: { 'Content-Type': type },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { code: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
}

function web(annotations: Record<string, string> = {}): object {
  const labels = { app: 'web' };
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec },
    },
  };
}

/** Repeats a request until `test` accepts the response, because controllers run asynchronously. */
async function eventually(path: string, test: (body: Body) => boolean): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const { body } = await request('one', path);
    if (test(body)) return;
    await delay(10);
  }
  assert.fail(
    `${path} did not reach the expected state: ${JSON.stringify((await request('one', path)).body)}`,
  );
}

function conditionsOf({ status }: Body): Record<string, string> {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; reason: string }[] };
  return Object.fromEntries(conditions.map(({ type, reason }) => [type, reason]));
}

describe('a sandbox', () => {
  it('writes one context per cluster into the kubeconfig', () => {
    const config = load(sandbox.kubeconfig) as { contexts: { name: string }[] };
    assert.deepEqual(
      config.contexts.map(({ name }) => name),
      ['one', 'two'],
    );
  });

  it('isolates the objects of each cluster', async () => {
    const object = { metadata: { name: 'here' } };
    assert.equal((await request('one', configMaps, { method: 'POST', body: object })).code, 201);
    assert.equal((await request('one', `${configMaps}/here`)).code, 200);
    assert.equal((await request('two', `${configMaps}/here`)).code, 404);
  });

  it('refuses connections to a stopped cluster, and keeps its objects', async () => {
    const object = { metadata: { name: 'kept' } };
    await request('two', configMaps, { method: 'POST', body: object });
    await sandbox.stop('two');
    await assert.rejects(request('two', '/version'));
    await sandbox.start('two');
    assert.equal((await request('two', `${configMaps}/kept`)).code, 200);
  });

  it('holds the responses of a paused cluster back until it resumes', async () => {
    sandbox.pause('two');
    const answer = request('two', '/version').then(({ code }) => code);
    assert.equal(await Promise.race([answer, delay(50, 'pending')]), 'pending');
    sandbox.resume('two');
    assert.equal(await answer, 200);
  });

  it('makes a Deployment ready', async () => {
    await request('one', deployments, { method: 'POST', body: web() });
    await eventually(`${deployments}/web`, (body) => {
      const { readyReplicas } = (body.status ?? {}) as { readyReplicas?: number };
      return readyReplicas === 1 && conditionsOf(body).Progressing === 'NewReplicaSetAvailable';
    });
  });

  it('fails a Deployment whose template has the fail annotation, and keeps the old pods', async () => {
    await request('one', `${deployments}/web`, {
      method: 'PATCH',
      type: 'application/merge-patch+json',
      body: web({ 'sandbox.regatta.dev/fail': 'CrashLoopBackOff' }),
    });
    await eventually(`${deployments}/web`, (body) => {
      const { Progressing, Available } = conditionsOf(body);
      return Progressing === 'ProgressDeadlineExceeded' && Available === 'MinimumReplicasAvailable';
    });
  });

  it('deletes the dependents of a deleted Deployment', async () => {
    await request('one', `${deployments}/web`, { method: 'DELETE' });
    const isEmpty = ({ items }: Body): boolean => Array.isArray(items) && items.length === 0;
    await eventually('/apis/apps/v1/replicasets', isEmpty);
    await eventually('/api/v1/pods', isEmpty);
  });

  it('rejects an unknown cluster by name', () => {
    assert.throws(() => sandbox.stop('three'), /unknown sandbox cluster "three"/);
  });
});
