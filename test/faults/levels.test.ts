import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificate } from '#test/certificate.ts';
import { Api } from '#test/cluster/api.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { configMap } from '#test/cluster/objects.ts';
import { configMaps } from '#test/cluster/scenario.ts';
import { SyncerProcess } from '#test/cluster/syncer-process.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';
import {
  custom,
  deadApiService,
  deadConversion,
  definitionOf,
  slowAdmission,
} from './level-faults.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const place = 'rendered/member1/default';

let fleet: TestFleet;
let repo: FleetRepo;
let api: Api;
let folder: string;
let webhook: Server;
let syncer: SyncerProcess;

/** Starts an admission webhook that allows everything after 25 s. */
async function startWebhook(): Promise<object> {
  const certificate = makeCertificate(folder);
  webhook = createServer(certificate, async (request, response) => {
    const review = (await json(request)) as { readonly request: { readonly uid: string } };
    await sleep(25_000);
    const answer = { uid: review.request.uid, allowed: true };
    const body = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  return slowAdmission((webhook.address() as AddressInfo).port, certificate.cert);
}

/** Writes a kubeconfig with a second context, whose credential plugin does not end. */
async function writeTwoContexts(): Promise<string> {
  const plugin = join(folder, 'plugin.sh');
  await writeFile(plugin, '#!/bin/sh\nsleep 120\n', { mode: 0o755 });
  const config = await readFile(fleet.kubeconfig, 'utf8');
  const file = join(folder, 'kubeconfig');
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin };
  const hung = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'hung', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'hung', user: { exec: { ...exec, interactiveMode: 'IfAvailable' } } }],
    contexts: [{ name: 'hung', context: { cluster: 'hung', user: 'hung' } }],
  };
  await writeFile(file, config);
  await writeFile(`${file}.hung`, JSON.stringify(hung));
  return `${file}:${file}.hung`;
}

async function readValue(name: string): Promise<unknown> {
  const data = (await api.get(`${configMaps}/${name}`))?.data;
  return (data as { readonly value?: string } | undefined)?.value;
}

describe('faults on several levels at the same time', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-levels-'));
    fleet = await startFleet({ members: ['member1'] });
    repo = await FleetRepo.make();
    api = new Api(fleet.kubeconfig, 'member1');
    for (const [kind, plural] of [
      ['Widget', 'widgets'],
      ['Blob', 'blobs'],
    ] as const) {
      const path = `${definitions}/${plural}.levels.example`;
      await api.apply(path, 'another-manager', definitionOf(kind, plural));
    }
    await repo.push({
      [`${place}/quick.json`]: configMap('quick', '1'),
      [`${place}/widget.json`]: custom('levels.example/v2', 'Widget', 'mine'),
    });
    const state = ['--state-dir', join(folder, 'state')];
    const once = ['--kubeconfig', fleet.kubeconfig, ...state, '--once', '--timeout', '60s'];
    const first = new SyncerProcess(repo.url, once);
    assert.equal(await first.ended, 0, first.describe());
    await api.apply(
      '/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.dead.example',
      'another-manager',
      deadApiService,
    );
    await api.edit(`${definitions}/widgets.levels.example`, 'another-manager', deadConversion);
    const hooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    await api.apply(`${hooks}/slow`, 'another-manager', await startWebhook());
    await sleep(2000);
    const env = { KUBECONFIG: await writeTwoContexts() };
    syncer = new SyncerProcess(repo.url, [...state, '--poll', '200ms'], { env });
  });
  after(async () => {
    await syncer?.stop('SIGKILL');
    webhook?.closeAllConnections();
    webhook?.close();
    api?.close();
    await fleet?.close();
    await repo?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('K22: K23: K24: K41: leave every other object in sync within its usual time', async () => {
    const slow = configMap('slow', '1') as { readonly metadata: object };
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'later-stage', namespace: 'default' },
      spec: { ports: [{ port: 80 }] },
    };
    await repo.push({
      [`${place}/quick.json`]: configMap('quick', '2'),
      [`${place}/gadget.json`]: custom('dead.example/v1alpha1', 'Gadget', 'mine'),
      [`${place}/blob.json`]: custom('levels.example/v1', 'Blob', 'mine', 'x'.repeat(1_700_000)),
      [`${place}/slow.json`]: { ...slow, metadata: { ...slow.metadata, labels: { slow: 'yes' } } },
      [`${place}/service.json`]: service,
      'rendered/hung/default/other.json': configMap('other', '1'),
    });
    const failed = (error: unknown) => assert.fail(`${error}\n${syncer.describe()}`);
    await until(
      'the others to be applied',
      async () => {
        const isApplied = (await readValue('quick')) === '2';
        return isApplied && !!(await api.get('/api/v1/namespaces/default/services/later-stage'));
      },
      20_000,
    ).catch(failed);
    assert.equal(await readValue('slow'), undefined, 'its admission takes 25 s');
    await api.edit(`${configMaps}/quick`, 'another-manager', { data: { value: 'drifted' } });
    await until(
      'drift to be corrected',
      async () => (await readValue('quick')) === '2',
      20_000,
    ).catch(failed);
    await until(
      'the slow one to be there',
      async () => (await readValue('slow')) === '1',
      60_000,
    ).catch(failed);
  });

  it('K22: K23: are each reported by name', async () => {
    const names = ['dead.example/Gadget/default/mine', 'levels.example/Widget/default/mine'];
    for (const key of [...names, 'levels.example/Blob/default/mine']) {
      await syncer.event(
        (event) => event.type === 'object' && event.key === key && event.result === 'failed',
      );
    }
    await syncer.event((event) => event.type === 'trouble' && event.cluster === 'hung', 60_000);
    const offline = syncer.events.filter((event) => /member1.*offline/.test(JSON.stringify(event)));
    assert.deepEqual(offline, []);
  });

  it('K24: do not delay the end of a syncer', async () => {
    const from = Date.now();
    await syncer.stop('SIGTERM');
    assert.ok(Date.now() - from < 15_000, syncer.describe());
  });
});
