import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { ApiClient } from '#test/api/client.ts';
import { isReal, startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';

const skip = isReal ? false : 'needs real servers: npm run test:cluster';

describe('a bed of real API servers', { skip }, () => {
  let fleet: TestFleet;
  let member1: ApiClient;
  let mesh1: ApiClient;
  const path = '/api/v1/namespaces/default/configmaps/mark';

  before(async () => {
    fleet = await startFleet({ members: ['member1', 'mesh1'] });
    member1 = ApiClient.of(fleet.kubeconfig, 'member1');
    mesh1 = ApiClient.of(fleet.kubeconfig, 'mesh1');
  });
  after(async () => {
    member1?.close();
    mesh1?.close();
    await fleet?.close();
  });

  it('stores the objects of each member separately', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mark' } };
    const created = await member1.call({
      method: 'POST',
      path: '/api/v1/namespaces/default/configmaps',
      body,
    });
    assert.equal(created.status, 201);
    assert.equal((await mesh1.call({ path })).status, 404);
  });

  it('refuses connections to a stopped member, and keeps its data', async () => {
    await fleet.stop('member1');
    await assert.rejects(member1.call({ path }), { code: 'ECONNREFUSED' });
    assert.equal((await mesh1.call({ path: '/readyz' })).status, 200);
    await fleet.start('member1');
    assert.equal((await member1.call({ path })).status, 200);
  });

  it('lets requests to a paused member hang until it is resumed', async () => {
    await fleet.pause('member1');
    await assert.rejects(member1.open({ path }, AbortSignal.timeout(500)), { name: 'AbortError' });
    await fleet.resume('member1');
    assert.equal((await member1.call({ path })).status, 200);
  });
});

const owner = `
  import { startFleet } from '#test/fleet.ts';
  const fleet = await startFleet({ members: ['member1'] });
  console.log(fleet.kubeconfig);
  setInterval(() => undefined, 60_000);
`;

describe('the servers of a bed', { skip }, () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`stop when the process that started them ends by ${signal}`, async () => {
      const process_ = spawn(process.execPath, ['--input-type=module', '--eval', owner], {
        cwd: import.meta.dirname,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [kubeconfig] = await once(createInterface(process_.stdout), 'line');
      const client = ApiClient.of(kubeconfig, 'member1');
      assert.equal((await client.call({ path: '/readyz' })).status, 200);
      process_.kill(signal);
      await once(process_, 'exit');
      await until('the API server to be gone', () =>
        client.call({ path: '/readyz' }).then(
          () => false,
          () => true,
        ),
      );
      client.close();
      await rm(dirname(kubeconfig), { recursive: true, force: true });
    });
  }
});
