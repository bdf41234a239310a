/**
 * A program: aborts writes to the only cluster of a kubeconfig again and again while their bodies are being sent.
 * Node.js closes HTTP/2 streams in such a way that its send loop never ends: 16 requests of node:http2 with bodies
 * of 60 kB, closed and destroyed within 30 ms, are enough.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import type { KubeObject } from '#model/object.ts';
import { configMap } from '#test/cluster/objects.ts';

const [, , kubeconfig, member = ''] = process.argv;
const port = loadFleet(kubeconfig, undefined).connect(member);
const object = configMap('large', 'x'.repeat(60_000)) as KubeObject;
await port.isNamespaced(object, new AbortController().signal);

for (let round = 0; round < 12; round++) {
  const stop = new AbortController();
  const how = { dryRun: true, manager: 'regatta' };
  const writes = Array.from({ length: 16 }, () => port.apply(object, how, stop.signal));
  const ended = Promise.allSettled(writes);
  await sleep(round % 3);
  stop.abort(new Error('stopped'));
  for (const { status, ...outcome } of await ended) {
    const { reason } = outcome as { readonly reason?: unknown };
    if (status !== 'rejected' || reason !== stop.signal.reason) throw new Error(`${reason}`);
  }
  await sleep(20);
}
console.log('ended');
process.exit(0);
