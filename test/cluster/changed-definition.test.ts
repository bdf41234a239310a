import { after, before, describe, it } from 'node:test';
import { until } from '#test/until.ts';
import { Single } from './single.ts';
import type { SyncerProcess } from './syncer-process.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const group = '/apis/changed.example/v1';

function definition(scope: 'Namespaced' | 'Cluster', plural: string): object {
  const schema = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.changed.example` },
    spec: {
      group: 'changed.example',
      scope,
      names: { kind: 'Thing', plural },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

function thing(namespace?: string): object {
  const metadata = { name: 'thing', ...(namespace && { namespace }) };
  return { apiVersion: 'changed.example/v1', kind: 'Thing', metadata, spec: { size: 1 } };
}

let single: Single;
let syncer: SyncerProcess;

/** Deletes a definition with its objects, waits until it is gone, and creates another one of the same kind. */
async function replace(plural: string, other: object): Promise<void> {
  const path = `${definitions}/${plural}.changed.example`;
  await single.api.delete(path);
  await until('the definition is gone', async () => (await single.api.get(path)) === undefined);
  await single.api.create(definitions, 'someone', other);
}

async function expectApplied(path: string): Promise<void> {
  const what = `${path} is applied: ${syncer.describe()}`;
  await until(what, async () => single.api.get(path).catch(() => undefined), 40_000);
}

describe('a definition that someone replaces while a syncer runs', { timeout: 180_000 }, () => {
  before(async () => {
    single = await Single.open();
    await single.api.create(definitions, 'someone', definition('Namespaced', 'things'));
    await single.push({ 'default/thing.yaml': thing('default') });
    syncer = single.start();
    await syncer.event(({ type }) => type === 'synced', 60_000);
  });
  after(async () => {
    await syncer.stop('SIGKILL');
    await single.close();
  });

  it('K22: with another scope gets its objects as soon as Git has them with that scope', async () => {
    await replace('things', definition('Cluster', 'things'));
    const message = /has a namespace, but its kind is cluster-scoped/;
    await syncer.event((event) => message.test(JSON.stringify(event)), 40_000);
    await single.push({ 'default/thing.yaml': undefined, '_cluster/thing.yaml': thing() });
    await expectApplied(`${group}/things/thing`);
  });

  it('K22: with another plural name gets its objects again', async () => {
    await replace('things', definition('Cluster', 'otherthings'));
    await expectApplied(`${group}/otherthings/thing`);
  });
});
