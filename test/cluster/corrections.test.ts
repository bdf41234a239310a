import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { until } from '#test/until.ts';
import { configMap } from './objects.ts';
import { ProxiedMember } from './proxied-member.ts';
import { configMaps, inventoryPath } from './scenario.ts';
import type { SyncerProcess } from './syncer-process.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
let member: ProxiedMember;
let syncer: SyncerProcess;
/** Requests about ConfigMaps, as `VERB name` or `DRY-RUN name`, without watches and lists. */
const requests: string[] = [];

async function liveValue(name: string): Promise<unknown> {
  const object = await member.api.get(`${configMaps}/${name}`);
  return (object?.data as { readonly value?: string } | undefined)?.value;
}

function requestsTo(path: string): readonly string[] {
  return requests.filter((request) => request.endsWith(` ${path}`));
}

/** Resolves when the syncer has had the time to end a turn and to save the inventory. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1100));
}

/** Changes all ConfigMaps as another manager, and waits until the syncer has corrected them. */
async function drift(value: string): Promise<void> {
  for (const name of names)
    await member.api.edit(`${configMaps}/${name}`, 'eve', { data: { value } });
  await until('the drift to be corrected', async () => {
    const values = await Promise.all(names.map(liveValue));
    return values.every((one) => one === '1');
  });
}

/** Each step starts from the cluster as the previous step left it. */
describe('a correction of drift', () => {
  before(async () => {
    member = await ProxiedMember.open();
    member.proxy.intercept = ({ method = '', url = '' }) => {
      const [path, query = ''] = url.split('?');
      if (path?.includes('/configmaps/')) {
        requests.push(`${query.includes('dryRun=All') ? 'DRY-RUN' : method} ${path}`);
      }
      return false;
    };
    const files = names.map((name) => [`default/${name}.json`, configMap(name, '1')]);
    await member.push(Object.fromEntries(files));
    syncer = member.follow();
    await syncer.event(({ type }) => type === 'synced');
    // API servers record the time of a write in seconds.
    await settle();
  });
  beforeEach(() => {
    requests.length = 0;
  });
  after(() => member?.close());

  it('K65: reads, tries and applies the object, and writes nothing else', async () => {
    await drift('changed');
    await settle();
    for (const name of names) {
      const path = `${configMaps}/${name}`;
      assert.deepEqual(requestsTo(path), [`GET ${path}`, `DRY-RUN ${path}`, `PATCH ${path}`]);
    }
    assert.deepEqual(requestsTo(inventoryPath), []);
  });

  it('K65: creates a deleted object with two requests, and writes nothing else', async () => {
    const path = `${configMaps}/a`;
    await member.api.delete(path);
    await until('the object to be back', async () => (await liveValue('a')) === '1');
    await settle();
    assert.deepEqual(requestsTo(path), [`GET ${path}`, `PATCH ${path}`]);
    assert.deepEqual(requestsTo(inventoryPath), []);
  });

  it('K65: is written to the inventory with the next change', async () => {
    await member.push({ 'default/f.json': configMap('f', '1') });
    await until('the next change', async () => (await liveValue('f')) === '1');
    await until('the inventory to be saved', async () => requestsTo(inventoryPath).length >= 2);
    assert.deepEqual(requestsTo(inventoryPath), Array(2).fill(`PATCH ${inventoryPath}`));
  });

  it('K65: costs a read and a dry run after a restart, and no write', async () => {
    await drift('changed again');
    await settle();
    await syncer.stop('SIGTERM');
    requests.length = 0;
    const { events } = await member.once();
    assert.ok(!events.some(({ type }) => type === 'drift' || type === 'object'));
    for (const name of names) {
      const path = `${configMaps}/${name}`;
      assert.deepEqual(requestsTo(path), [`GET ${path}`, `DRY-RUN ${path}`]);
    }
    assert.deepEqual(requestsTo(inventoryPath), [`GET ${inventoryPath}`]);
  });
});
