import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { assertEvent } from '#test/events.ts';
import { inventoryPath, Scenario } from './scenario.ts';
import { trapObjects } from './trap-objects.ts';

const plurals: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
};

let scenario: Scenario;

/** Applied objects must keep their resourceVersion, although other syncers write them repeatedly. */
describe('regatta sync on the traps of server-side apply', () => {
  before(async () => {
    scenario = await Scenario.open();
    await scenario.repo.push(files(trapObjects));
    const { status, events } = await scenario.once();
    assert.equal(status, 0, JSON.stringify(events, undefined, 1));
  });
  after(() => scenario?.close());

  it('does not write again after a restart', () => expectNoWrite({}));

  it('does not write when only the spelling of a file changes', async () => {
    const spaced = Object.entries(trapObjects).map(([path, object]) => [
      path,
      `# a comment\n${JSON.stringify(object, undefined, 2)}`,
    ]);
    await expectNoWrite(Object.fromEntries(spaced));
  });

  it('does not write when only keys change their order', async () => {
    const reversed = Object.entries(trapObjects).map(([path, object]) => [
      path,
      Object.fromEntries(Object.entries(object).toReversed()),
    ]);
    await expectNoWrite(Object.fromEntries(reversed));
  });

  it('does not change a field that only another controller sets', async () => {
    const hooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    const path = `${hooks}/hook.regatta.dev`;
    const live = (await scenario.member1.get(path)) as KubeObject & {
      readonly webhooks: readonly [{ readonly clientConfig: object }];
    };
    const [hook] = live.webhooks;
    const clientConfig = { ...hook.clientConfig, caBundle: caBundle };
    await scenario.member1.edit(path, 'cainjector', { webhooks: [{ ...hook, clientConfig }] });
    await expectNoWrite({});
    assert.match(JSON.stringify(await scenario.member1.get(path)), new RegExp(caBundle));
  });

  it('does not report labels of other managers as drift', async () => {
    for (const object of Object.values(trapObjects)) {
      const body = { metadata: { labels: { theirs: 'x' } } };
      await scenario.member1.edit(pathOf(object as KubeObject), 'another-manager', body);
    }
    await expectNoWrite({});
  });

  it('writes no object after the inventory was lost', async () => {
    const before = await versions();
    await scenario.member1.delete(inventoryPath);
    const { status, events } = await scenario.once('--no-wait');
    assert.equal(status, 0, JSON.stringify(events, undefined, 1));
    assert.deepEqual(
      { ...(await versions()), [inventoryPath]: '' },
      { ...before, [inventoryPath]: '' },
    );
  });

  it('reports the duplicate key of a list, and does not retry', async () => {
    const { 'default/spellings.json': object } = trapObjects;
    const text = JSON.stringify(object).replace('"NULL"', '"EMPTY"');
    await scenario.repo.push(files({ 'default/spellings.json': text }));
    const { status, events } = await scenario.once('--no-wait');
    assert.equal(status, 1);
    const failures = events.filter((event) => event.type === 'object' && event.result === 'failed');
    assert.equal(failures.length, 1);
    assertEvent(failures, {
      type: 'object',
      key: /spellings/,
      message: /duplicate entries.*EMPTY/,
    });
  });
});

/** An invalid certificate that an API server accepts, because it only decodes the PEM. */
const caBundle = Buffer.from(
  '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n',
).toString('base64');

/** Syncs a commit, and expects that no resourceVersion changes and no drift is reported. */
async function expectNoWrite(changed: Readonly<Record<string, object | string>>): Promise<void> {
  const before = await versions();
  await scenario.repo.push({ ...files(changed), 'README.md': String(Math.random()) });
  const { status, events } = await scenario.once('--no-wait');
  assert.equal(status, 0, JSON.stringify(events, undefined, 1));
  assert.deepEqual(await versions(), before);
  const reported = events.filter(({ type }) => type === 'drift' || type === 'object');
  assert.deepEqual(reported, []);
}

async function versions(): Promise<Readonly<Record<string, unknown>>> {
  const paths = [inventoryPath, ...Object.values(trapObjects).map((o) => pathOf(o as KubeObject))];
  const read = paths.map(async (path) => {
    const object = await scenario.member1.get(path);
    return [path, object?.metadata.resourceVersion ?? 'missing'] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

function pathOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = plurals[kind] ?? `${kind.toLowerCase()}s`;
  return `${root}/${namespace ? `namespaces/${namespace}/` : ''}${plural}/${name}`;
}

function files<T>(objects: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const entries = Object.entries(objects);
  return Object.fromEntries(entries.map(([path, text]) => [`rendered/member1/${path}`, text]));
}
