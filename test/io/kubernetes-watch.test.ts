import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { ClusterPort } from '#syncer/ports/cluster.ts';
import { ApiProxy } from '#test/api/proxy.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';

const never = new AbortController().signal;
const selection = {
  kind: { apiVersion: 'v1', kind: 'ConfigMap' },
  label: '',
  detail: 'object',
} as const;
let fleet: TestFleet;
let proxy: ApiProxy;

describe('a watch that the API server rejects', () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1'] });
    proxy = await ApiProxy.open(fleet.kubeconfig, 'member1');
  });
  after(async () => {
    proxy?.close();
    await fleet?.close();
  });

  it('ends with an error and not with the process, although the whole answer has arrived', async () => {
    proxy.intercept = ({ url = '' }, response) => {
      if (!url.includes('watch=1')) return false;
      response.writeHead(429).end('{"kind":"Status"}');
      return true;
    };
    const request = { selection, resourceVersion: '1', onEvent: () => {} };
    await assert.rejects(
      connect().watch(request, never),
      (error) => error instanceof ClusterError && error.reason === 'throttled',
    );
    // An error of the body, which the client does not read, would end the process now.
    await sleep(100);
  });
});

function connect(): ClusterPort {
  return loadFleet(proxy.kubeconfig, undefined).connect('member1');
}
