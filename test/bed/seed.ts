/** Data of new servers, which later servers start with, because the first start of an API server takes twice as long. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '#test/api/client.ts';
import { until } from '#test/until.ts';
import { startBed } from './bed.ts';
import { memberFolder } from './place.ts';

/** Names of the members of a seed. A bed with more members has some that start without data. */
const members = ['0', '1'];

/** How long a new server may write nothing until its data counts as complete, in milliseconds. */
const quietMs = 1000;

/**
 * For servers of tests: one processor and a larger heap each, which halves the processor time that Go's garbage
 * collector and scheduler take at the start of a server.
 */
export const thrifty = { GOGC: '400', GOMAXPROCS: '1' };

/**
 * Starts new servers with and without controllers, and keeps what they have written in a folder: keys, certificates,
 * and the data of etcd. No test has used these servers.
 */
export async function makeSeeds(folder: string): Promise<void> {
  for (const controllers of [false, true]) await makeSeed(folder, controllers);
}

/** Returns the folder of the data for a bed. */
export function seedIn(folder: string, controllers: boolean): string {
  return join(folder, controllers ? 'controllers' : 'plain');
}

async function makeSeed(folder: string, controllers: boolean): Promise<void> {
  const bed = await startBed({ members, controllers, nodes: 0, env: thrifty });
  try {
    for (const member of members) await quiet(bed.kubeconfig, member);
  } finally {
    await bed.close((from) => keep(from, seedIn(folder, controllers)));
  }
}

/** Waits until etcd has the same revision for a while. */
async function quiet(kubeconfig: string, member: string): Promise<void> {
  const client = ApiClient.of(kubeconfig, member);
  const revision = async (): Promise<unknown> => {
    const { body } = await client.call({ path: '/api/v1/namespaces?limit=1' });
    return (body as { readonly metadata: { readonly resourceVersion: string } }).metadata
      .resourceVersion;
  };
  await until(`${member} to write nothing`, async () => {
    const before = await revision();
    await sleep(quietMs);
    return (await revision()) === before;
  });
  client.close();
}

function keep(from: string, to: string): void {
  const files = members.flatMap((_, index) =>
    ['apiserver.crt', 'apiserver.key'].map((name) => join(memberFolder('', index), name)),
  );
  for (const name of ['etcd', 'sa.key', ...files]) {
    cpSync(join(from, name), join(to, name), { recursive: true });
  }
}
