import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { installedPackage } from '#test/command.ts';

const root = join(import.meta.dirname, '../..');
const image = /reviews-v1:[\d.]+/;

/** Runs the bundle, because only a bundle has a digest of its code, which the cache requires. */
describe('the compile cache', () => {
  let folder: string;
  let repo: string;
  let rendered: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-memory-'));
    repo = join(folder, 'fleet');
    rendered = join(repo, 'rendered/member1/default/deployment.apps_reviews-v1.yaml');
    await cp(join(root, 'examples/bookinfo'), repo, { recursive: true });
    for (const output of ['rendered', 'bindings']) {
      await rm(join(repo, output), { recursive: true, force: true });
    }
    assert.equal(compile().written, 25);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes no file when nothing has changed', () => {
    assert.deepEqual(compile(), { objects: 24, written: 0, unchanged: 25, removed: 0 });
  });

  it('restores a changed file of the same length and time', async () => {
    compile();
    const before = await readFile(rendered, 'utf8');
    await writeFile(rendered, before.replace(image, 'reviews-v1:0.00.0'));
    await utimes(rendered, new Date(0), new Date(0));
    assert.equal(compile().written, 1);
    assert.equal(await readFile(rendered, 'utf8'), before);
  });

  it('restores a deleted file, and removes a copied one', async () => {
    await cp(rendered, join(repo, 'rendered/member1/default/deployment.apps_copy.yaml'));
    await rm(rendered);
    assert.deepEqual(compile(), { objects: 24, written: 1, unchanged: 24, removed: 1 });
  });

  it('detects a changed source', async () => {
    const file = join(repo, 'templates/reviews.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(image, 'reviews-v1:9.9.9'));
    assert.equal(compile().written, 2);
    assert.match(await readFile(rendered, 'utf8'), /reviews-v1:9\.9\.9/);
  });

  it('detects a changed override policy', async () => {
    const file = join(repo, 'policies/mirror.yaml');
    const override = {
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'OverridePolicy',
      metadata: { name: 'mirror', namespace: 'default' },
      spec: {
        resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'reviews-v1' }],
        overrideRules: [
          { overriders: { annotationsOverrider: [{ operator: 'add', value: { mirror: 'a' } }] } },
        ],
      },
    };
    await writeFile(file, JSON.stringify(override));
    assert.equal(compile().written, 2);
    await writeFile(file, JSON.stringify(override).replace('"a"', '"b"'));
    assert.equal(compile().written, 2);
    assert.match(await readFile(rendered, 'utf8'), /mirror: b/);
  });

  it('restores a deleted binding', async () => {
    await rm(join(repo, 'bindings/default.yaml'));
    assert.equal(compile().written, 1);
  });

  it('works when a thread scans thousands of files', async () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `x${index}`);
    const made = (kind: string, name: string) => ({ kind, metadata: { name } });
    const clusters = names(80).map((name) => ({
      apiVersion: 'cluster.karmada.io/v1alpha1',
      ...made('Cluster', name),
      spec: { syncMode: 'Push' },
    }));
    const maps = names(70).map((name) => ({ apiVersion: 'v1', ...made('ConfigMap', name) }));
    const policy = {
      apiVersion: 'policy.karmada.io/v1alpha1',
      ...made('PropagationPolicy', 'x'),
      spec: { resourceSelectors: [{ apiVersion: 'v1', kind: 'ConfigMap' }] },
    };
    const objects = [...clusters, ...maps, policy].map((object) => JSON.stringify(object));
    await writeFile(join(repo, 'templates/many.yaml'), objects.join('\n---\n'));
    const { objects: count } = compile();
    assert.ok(count > 80 * 70);
    const { unchanged, ...same } = compile();
    assert.deepEqual(same, { objects: count, written: 0, removed: 0 });

    await rm(join(repo, 'rendered/x7/default/configmap_x9.yaml'));
    await appendFile(rendered, 'more: true\n');
    await rm(join(repo, 'bindings/default.yaml'));
    const again = { objects: count, written: 3, unchanged: unchanged - 3, removed: 0 };
    assert.deepEqual(compile(), again);
  });

  it('compiles without a cache that is damaged or deleted', async () => {
    const memories = join(folder, 'cache/regatta/compile');
    const names = await readdir(memories);
    assert.equal(names.length, 2);
    for (const file of names.map((name) => join(memories, name))) {
      const whole = await readFile(file);
      const flipped = Buffer.from(whole);
      flipped[whole.length >> 1] = (whole[whole.length >> 1] ?? 0) ^ 1;
      for (const broken of [Buffer.of(), Buffer.from('{'), whole.subarray(0, -1), flipped]) {
        await writeFile(file, broken);
        assert.deepEqual(compile(), { objects: 24, written: 0, unchanged: 25, removed: 0 });
      }
    }
    await rm(memories, { recursive: true });
    assert.equal(compile().written, 0);
  });

  interface Summary {
    readonly objects: number;
    readonly written: number;
    readonly unchanged: number;
    readonly removed: number;
  }

  function compile(): Summary {
    const args = [join(installedPackage(), 'dist/regatta.mjs'), 'compile', '-o', 'json', repo];
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
    const printed = JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
    const { objects, written, unchanged, removed } = printed as Summary;
    return { objects, written, unchanged, removed };
  }
});
