import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { load } from 'js-yaml';
import { trackingAnnotations, trackingLabels } from '#model/karmada-metadata.ts';
import { isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { consoleCommands } from '../docs/console.ts';
import { installPrograms, runCommands } from '../docs/guide.ts';
import { Api } from './api.ts';
import { heldByGit, type KarmadaFleet, startKarmada } from './karmada-fleet.ts';
import { web } from './karmada-objects.ts';

const guide = 'docs/migration.md';
const members = ['member1', 'member2'] as const;

/** Runs the commands of the migration guide on a fleet that Karmada has made. */
describe('the migration from Karmada', () => {
  let folder: string;
  let fleet: TestFleet;
  let apis: KarmadaFleet;
  let commands: Readonly<Record<'cutOver' | 'goBack', ReturnType<typeof consoleCommands>>>;
  const made = new Map<string, KubeObject>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-migration-'));
    fleet = await startFleet({ members: [...members, 'karmada'] });
    const [member1, member2, karmada] = [...members, 'karmada'].map(
      (name) => new Api(fleet.kubeconfig, name),
    ) as [Api, Api, Api];
    apis = { member1, member2, karmada };
    await startKarmada(apis);
    for (const [id, object] of await heldObjects()) made.set(id, object);
    await installPrograms(folder, fleet.kubectl);
    await mkdir(join(folder, 'work'));
    const text = await readFile(join(import.meta.dirname, '../..', guide), 'utf8');
    const [cutOver = '', goBack = ''] = text.split('## Go back to Karmada');
    commands = { cutOver: consoleCommands(cutOver), goBack: consoleCommands(goBack) };
  });
  after(async () => {
    for (const api of Object.values(apis ?? {})) api.close();
    await fleet?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('street K1: each command of the runbook prints what it shows', {
    timeout: 900_000,
  }, async () => {
    await run(commands.cutOver);
  });

  it('street K1: no object is deleted or recreated, and no spec changes', async () => {
    for (const [id, { kind, metadata, spec }] of await heldObjects()) {
      const before = made.get(id);
      assert.equal(metadata.uid, before?.metadata.uid, id);
      assert.deepEqual(spec, before?.spec, id);
      // An API server raises the generation of a Deployment also when an annotation changes.
      if (kind === 'Deployment') continue;
      assert.equal(metadata.generation, before?.metadata.generation, id);
    }
  });

  it("street K1: Karmada's managers, labels and annotations are gone, and those of others stay", async () => {
    for (const [id, { metadata }] of await heldObjects()) {
      const { labels = {}, annotations = {}, managedFields } = metadata;
      const marks = [...trackingLabels, ...trackingAnnotations];
      const left = marks.filter((name) => name in labels || name in annotations);
      assert.deepEqual(left, [], id);
      assert.doesNotMatch(JSON.stringify(managedFields), /"karmada-controller-manager"/, id);
    }
    const deployment = await apis.member1.get(web);
    assert.equal(deployment?.metadata.labels?.team, 'a');
    assert.equal(deployment?.metadata.annotations?.owner, 'grace');
    const settings = await apis.member1.get('/api/v1/namespaces/shop/configmaps/settings');
    assert.deepEqual(settings?.metadata['finalizers'], ['example.com/guard']);
  });

  it('street K1: Karmada would delete no object, even if it deleted all of its Works', async () => {
    const deleted: string[] = [];
    for (const member of members) {
      const works = await apis.karmada.list(
        `/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-${member}/works`,
      );
      assert.ok(works.length >= heldByGit.length);
      for (const work of works) {
        const manifests = valueAt(work, ['spec', 'workload', 'manifests']);
        const [manifest] = Array.isArray(manifests) ? manifests.filter(isFieldMap) : [];
        const path = pathOf(manifest as unknown as KubeObject);
        const live = await apis[member].get(path);
        // Source: Karmada v1.18, pkg/util/objectwatcher (Delete).
        if (live?.metadata.labels?.['karmada.io/managed'] === 'true') deleted.push(path);
      }
    }
    assert.deepEqual(deleted, []);
  });

  it('street K1: the way back marks the objects as those of Karmada, and starts its controllers', async () => {
    await run(commands.goBack);
    const object = await apis.member1.get(web);
    assert.equal(object?.metadata.labels?.['karmada.io/managed'], 'true');
    assert.equal(object?.metadata.uid, made.get(`member1 ${web}`)?.metadata.uid);
    const path = '/apis/apps/v1/namespaces/karmada-system/deployments/karmada-controller-manager';
    assert.equal(valueAt(await apis.karmada.get(path), ['spec', 'replicas']), 1);
  });

  async function run(part: ReturnType<typeof consoleCommands>): Promise<void> {
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, await withHost(), { mode: 0o600 });
    await runCommands(guide, part, { cwd: join(folder, 'work'), folder, kubeconfig });
  }

  /** Returns the kubeconfig with a second context for the API server of Karmada, whose controllers also run there. */
  async function withHost(): Promise<string> {
    const config = load(await readFile(fleet.kubeconfig, 'utf8')) as {
      readonly contexts: readonly { readonly name: string }[];
    };
    const karmada = config.contexts.find(({ name }) => name === 'karmada');
    const contexts = [...config.contexts, { ...karmada, name: 'karmada-host' }];
    return JSON.stringify({ ...config, contexts });
  }

  async function heldObjects(): Promise<readonly (readonly [string, KubeObject])[]> {
    const found: (readonly [string, KubeObject])[] = [];
    for (const member of members) {
      for (const path of heldByGit) {
        const object = await apis[member].get(path);
        assert.ok(object, `${member} ${path}`);
        found.push([`${member} ${path}`, object]);
      }
    }
    return found;
  }
});

function pathOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): string {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const home = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${root}${home}/${kind.toLowerCase()}s/${name}`;
}
