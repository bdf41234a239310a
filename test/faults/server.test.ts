import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificate } from '#test/certificate.ts';
import { widget, widgetDefinition } from '#test/cluster/objects.ts';
import { until } from '#test/until.ts';
import { FaultedFleet, many, type Values } from './faulted-fleet.ts';

let faulted: FaultedFleet;
let changes = 0;
const next = (): Values => many(10, String(++changes));

describe('an API server', () => {
  before(async () => {
    faulted = await FaultedFleet.open();
    await faulted.want(next());
    await faulted.once();
  });
  after(() => faulted?.close());

  it('completes a sync after the API server was killed in the middle of it', async () => {
    const syncer = await faulted.startSynced();
    let asked = 0;
    let stopped: Promise<void> | undefined;
    faulted.proxy.intercept = () => {
      if (++asked === 9) stopped = faulted.fleet.stop('member1');
      return false;
    };
    await faulted.want(next());
    await until('the API server to be killed', async () => stopped !== undefined);
    await stopped;
    await sleep(1500);
    faulted.proxy.intercept = () => false;
    await faulted.fleet.start('member1');
    await faulted.expectSound(syncer);
    await syncer.stop('SIGTERM');
  });

  it('syncs again after etcd was restored from an older state', async () => {
    const { restart } = faulted.fleet;
    assert.ok(restart, 'only real servers have an etcd');
    const kept = await mkdtemp(join(tmpdir(), 'regatta-etcd-'));
    await restart.call(faulted.fleet, (data) => cp(data, kept, { recursive: true }));
    const syncer = await faulted.startSynced();
    for (let change = 0; change < 3; change++) {
      await faulted.want(many(6 + change, `later ${change}`));
      await faulted.expectSound(syncer);
    }
    await restart.call(faulted.fleet, async (data) => {
      await rm(data, { recursive: true });
      await cp(kept, data, { recursive: true });
    });
    await faulted.expectSound(syncer);
    await faulted.want(next());
    await faulted.expectSound(syncer);
    await syncer.stop('SIGTERM');
    await rm(kept, { recursive: true });
  });

  it('creates a lost definition and all objects of its kind again', async () => {
    const more = { '_cluster/crd.json': widgetDefinition, 'default/w.json': widget('w', 1) };
    await faulted.want(next(), more);
    const syncer = await faulted.startSynced();
    await faulted.api.delete(
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.test.regatta.dev',
    );
    await faulted.want(next());
    await faulted.expectSound(syncer);
    const path = '/apis/test.regatta.dev/v1/namespaces/default/widgets/w';
    await until(
      'the object to exist again',
      async () => {
        const object = await faulted.api.get(path).catch(() => undefined);
        return object !== undefined && object.metadata.deletionTimestamp === undefined;
      },
      60_000,
    ).catch((error: unknown) => assert.fail(`${error}\n${syncer.describe()}`));
    await syncer.stop('SIGTERM');
  });
});

describe('a webhook of the cluster', () => {
  let folder: string;
  let server: Server;
  let certificate: { readonly key: string; readonly cert: string };
  let mode: 'denies' | 'hangs' = 'denies';
  const hook = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/faulty';

  before(async () => {
    faulted = await FaultedFleet.open();
    folder = await mkdtemp(join(tmpdir(), 'regatta-webhook-'));
    certificate = makeCertificate(folder);
    server = createServer(certificate, async (request, response) => {
      if (mode === 'hangs') return;
      const review = (await json(request)) as { readonly request: { readonly uid: string } };
      const answer = { uid: review.request.uid, allowed: false, status: { message: 'not today' } };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: answer,
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    server?.closeAllConnections();
    server?.close();
    await faulted?.close();
    await rm(folder, { recursive: true });
  });

  for (const how of ['denies', 'hangs'] as const) {
    it(`reports a webhook that ${how}, and syncs when it is removed`, async () => {
      mode = how;
      await faulted.want(next());
      const syncer = await faulted.startSynced();
      await faulted.api.apply(hook, 'another-manager', configuration());
      await sleep(1000);
      await faulted.want(next());
      const word = how === 'denies' ? /not today/ : /faulty\.test\.regatta\.dev|timeout|deadline/;
      await syncer.event((event) => word.test(JSON.stringify(event)), 30_000);
      await faulted.api.delete(hook);
      await faulted.expectSound(syncer);
      await syncer.stop('SIGTERM');
    });
  }

  function configuration(): object {
    const { port } = server.address() as AddressInfo;
    const caBundle = Buffer.from(certificate.cert).toString('base64');
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'faulty' },
      webhooks: [
        {
          name: 'faulty.test.regatta.dev',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Fail',
          timeoutSeconds: 1,
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
          rules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              resources: ['configmaps'],
              operations: ['CREATE', 'UPDATE', 'DELETE'],
            },
          ],
          clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle },
        },
      ],
    };
  }
});

describe('a namespace', () => {
  before(async () => {
    faulted = await FaultedFleet.open(true);
  });
  after(() => faulted?.close());

  it('delays nothing else while a namespace cannot end, and creates it again afterwards', async () => {
    const inside = '/api/v1/namespaces/stuck/configmaps/inside';
    await faulted.want(next(), {
      '_cluster/stuck.json': { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'stuck' } },
      'stuck/inside.json': {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'inside', namespace: 'stuck' },
      },
    });
    const syncer = await faulted.startSynced();
    await faulted.api.edit(inside, 'another-manager', {
      metadata: { finalizers: ['example.com/hold'] },
    });
    await faulted.api.delete('/api/v1/namespaces/stuck');
    await faulted.want(next());
    await faulted.expectSound(syncer);
    await faulted.api.edit(inside, 'another-manager', { metadata: { finalizers: null } });
    const isBack = async () => {
      const object = await faulted.api.get(inside);
      return object !== undefined && object.metadata.deletionTimestamp === undefined;
    };
    await until('the ConfigMap to exist again', isBack, 60_000).catch((error: unknown) =>
      assert.fail(`${error}\n${syncer.describe()}`),
    );
    await faulted.expectSound(syncer);
    await syncer.stop('SIGTERM');
  });
});

describe('a clock', () => {
  before(async () => {
    faulted = await FaultedFleet.open();
  });
  after(() => faulted?.close());

  it('tolerates a clock that jumps by a day, forward and back', async () => {
    const script = join(faulted.repo.directory, 'jump.mjs');
    await writeFile(
      script,
      `const now = Date.now; let jump = 0; Date.now = () => now() + jump;
       setTimeout(() => { jump = 86_400_000; }, 3000).unref(); setTimeout(() => { jump = -86_400_000; }, 6000).unref();`,
    );
    await faulted.want(next());
    const jumping = faulted.startAfter(script);
    for (let second = 0; second < 8; second++) {
      await sleep(1000);
      await faulted.want(next());
      await faulted.expectSound(jumping);
    }
    await jumping.stop('SIGTERM');
  });
});
