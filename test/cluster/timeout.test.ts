import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SyncEvent } from '#syncer/report/events.ts';
import { ApiProxy, type Intercept } from '#test/api/proxy.ts';
import { assertEvent } from '#test/events.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { FleetRepo } from './fleet-repo.ts';
import { deployment, namespace } from './objects.ts';
import { SyncerProcess } from './syncer-process.ts';

/** How long a run may take longer than its timeout of 8 s, in milliseconds. */
const overtimeMs = 5000;

const cases: readonly { title: string; intercept: Intercept; reason: RegExp }[] = [
  {
    title: 'K61: ends in time although an apply stays without an answer, and names it',
    intercept: ({ method, url = '' }) => method === 'PATCH' && url.includes('/deployments/'),
    reason: /^not synced in time: member1 has not answered PATCH Deployment shop\/web for [1-8] s$/,
  },
  {
    title:
      'K61: ends in time although the write of the inventory stays without an answer, and names it',
    intercept: ({ method, url = '' }) => method !== 'GET' && url.includes('/configmaps'),
    reason:
      /^not synced in time: member1 has not answered P[A-Z]+ ConfigMap regatta-system\/regatta-inventory\.f1eet00001 for [1-8] s$/,
  },
];

let fleet: TestFleet;
let repo: FleetRepo;
let folder: string;
let silent: Server;

/** Runs `sync --once --timeout 8s`. Resolves to its events and its duration. */
async function syncOnce(
  url: string,
  kubeconfig: string,
  timeout = '8s',
): Promise<{ events: readonly SyncEvent[]; ms: number }> {
  const state = await mkdtemp(join(folder, 'state-'));
  const args = ['--kubeconfig', kubeconfig, '--state-dir', state, '--once', '--timeout', timeout];
  const since = performance.now();
  const run = new SyncerProcess(url, args);
  assert.equal(await run.ended, 1, run.describe());
  return { events: run.events, ms: performance.now() - since };
}

/** Writes a kubeconfig with a credential plugin that does not end. Resolves to its path. */
async function withPlugin(): Promise<string> {
  const command = join(folder, 'plugin.sh');
  await writeFile(command, '#!/bin/sh\nexec sleep 120\n', { mode: 0o755 });
  const apiVersion = 'client.authentication.k8s.io/v1';
  const hung = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'hung', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'hung', user: { exec: { apiVersion, command, interactiveMode: 'Never' } } }],
    contexts: [{ name: 'member1', context: { cluster: 'hung', user: 'hung' } }],
  };
  const path = join(folder, 'plugin.kubeconfig');
  await writeFile(path, JSON.stringify(hung));
  return path;
}

describe('sync --once --timeout 8s', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-timeout-'));
    fleet = await startFleet({ members: ['member1'] });
    repo = await FleetRepo.make();
    const web = deployment('web', 1, 'web:1') as { readonly metadata: object };
    await repo.push({
      'rendered/member1/_cluster/namespace_shop.json': namespace('shop'),
      'rendered/member1/shop/deployment.apps_web.json': {
        ...web,
        metadata: { ...web.metadata, namespace: 'shop' },
      },
    });
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    silent?.closeAllConnections();
    silent?.close();
    await fleet?.close();
    await repo?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  for (const { title, intercept, reason } of cases) {
    it(title, async () => {
      const proxy = await ApiProxy.open(fleet.kubeconfig, 'member1');
      proxy.intercept = intercept;
      const { events, ms } = await syncOnce(repo.url, proxy.kubeconfig);
      proxy.close();
      assert.ok(ms < 8000 + overtimeMs, `took ${Math.round(ms)} ms`);
      assertEvent(events, { type: 'trouble', cluster: 'member1', reason });
    });
  }

  it('K61: ends in time although a credential plugin stays without an answer, and says so', async () => {
    const kubeconfig = await withPlugin();
    const { events, ms } = await syncOnce(repo.url, kubeconfig);
    assert.ok(ms < 8000 + overtimeMs, `took ${Math.round(ms)} ms`);
    const reason =
      /^not synced in time: the credential plugin or the identity provider of member1 has not answered for [1-8] s$/;
    assertEvent(events, { type: 'trouble', cluster: 'member1', reason });
  });

  it('K61: ends in time although the Git server is silent, and names the repository', async () => {
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/fleet.git`;
    const { events, ms } = await syncOnce(url, fleet.kubeconfig);
    assert.ok(ms < 8000 + overtimeMs, `took ${Math.round(ms)} ms`);
    assertEvent(events, { type: 'source-trouble', reason: /8 s, waiting for the repository/ });
  });

  it('K61: reports a Git server that has sent nothing for 10 s', async () => {
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/fleet.git`;
    const { events } = await syncOnce(url, fleet.kubeconfig, '14s');
    assertEvent(events, {
      type: 'source-trouble',
      reason: /^the Git server has sent nothing for 10 s$/,
    });
  });
});
