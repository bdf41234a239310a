import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { runCommand } from '#test/commands/run-command.ts';

const root = join(import.meta.dirname, '../..');

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function regatta(...args: readonly string[]): Promise<Outcome> {
  return runCommand(args);
}

/** Every file of the output folders with its content. */
async function outputOf(directory: string): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  for (const folder of ['bindings', 'rendered']) {
    const entries = await readdir(join(directory, folder), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    for (const entry of entries.filter((file) => file.isFile())) {
      const path = join(entry.parentPath, entry.name);
      files[path.slice(directory.length + 1)] = await readFile(path, 'utf8');
    }
  }
  return files;
}

describe('regatta compile', () => {
  let fleet: string;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    fleet = await mkdtemp(join(tmpdir(), 'regatta-compile-'));
    await cp(join(root, 'examples/bookinfo'), fleet, { recursive: true });
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await rm(fleet, { recursive: true, force: true });
  });

  const namesIn = async (cluster: string, type: string): Promise<readonly string[]> => {
    const files = await readdir(join(fleet, 'rendered', cluster, 'default'));
    return files
      .filter((file) => file.startsWith(`${type}_`))
      .map((file) => file.slice(type.length + 1, -'.yaml'.length))
      .toSorted();
  };

  it('places Bookinfo as its policies require, and writes nothing the second time', async () => {
    const first = await regatta('compile', fleet);
    assert.equal(first.stderr, '');
    assert.equal(first.status, 0);
    assert.match(first.stdout, /^24 objects for 3 clusters: 25 files written, 0 unchanged/);

    const services = ['details', 'productpage', 'ratings', 'reviews'];
    assert.deepEqual(await readdir(join(fleet, 'rendered')), ['member1', 'member2', 'mesh1']);
    assert.deepEqual(await namesIn('member1', 'deployment.apps'), [
      ...['productpage-v1', 'reviews-v1', 'reviews-v2', 'reviews-v3'],
    ]);
    assert.deepEqual(await namesIn('member2', 'deployment.apps'), [
      ...['details-v1', 'ratings-v1', 'reviews-v1', 'reviews-v2', 'reviews-v3'],
    ]);
    assert.deepEqual(await namesIn('member1', 'service'), services);
    assert.deepEqual(await namesIn('member2', 'service'), services);
    assert.deepEqual(await namesIn('member1', 'serviceaccount'), [
      ...['bookinfo-productpage', 'bookinfo-reviews'],
    ]);
    assert.deepEqual(await namesIn('member2', 'serviceaccount'), [
      ...['bookinfo-details', 'bookinfo-ratings', 'bookinfo-reviews'],
    ]);
    assert.deepEqual(await readdir(join(fleet, 'rendered/mesh1/default')), [
      'gateway.networking.istio.io_bookinfo-gateway.yaml',
      'virtualservice.networking.istio.io_bookinfo.yaml',
    ]);

    const second = await regatta('compile', fleet);
    assert.match(second.stdout, /: 0 files written, 25 unchanged, 0 removed/);
  });

  it('changes no output when a source has an error', async () => {
    await regatta('compile', fleet);
    const before = await outputOf(fleet);
    await rm(join(fleet, 'policies/ratings-propagation.yaml'));
    await writeFile(join(fleet, 'templates/bad.yaml'), 'apiVersion: v1\nkind: [\n');
    const { status, stderr } = await regatta('compile', fleet);
    assert.equal(status, 1);
    assert.match(stderr, /^templates\/bad.yaml:\d+:\d+: error parse\/invalid-yaml: /m);
    assert.match(stderr, /1 error: nothing was written/);
    assert.deepEqual(await outputOf(fleet), before);
  });

  it('removes files of deleted objects, with the folders that become empty', async () => {
    await regatta('compile', fleet);
    await rm(join(fleet, 'templates/mesh.yaml'));
    await rm(join(fleet, 'policies/mesh-propagation.yaml'));
    const { stdout } = await regatta('compile', fleet);
    assert.match(stdout, /1 file written, 22 unchanged, 2 removed/);
    assert.deepEqual(await readdir(join(fleet, 'rendered')), ['member1', 'member2']);
  });

  it('leaves foreign files unchanged, and refuses to overwrite one', async () => {
    await mkdir(join(fleet, 'rendered/member1/default'), { recursive: true });
    await writeFile(join(fleet, 'rendered/README.md'), 'ours\n');
    await writeFile(join(fleet, 'rendered/member1/own.yaml'), 'a: 1\n');
    assert.equal((await regatta('compile', fleet)).status, 0);
    assert.equal(await readFile(join(fleet, 'rendered/README.md'), 'utf8'), 'ours\n');
    assert.equal(await readFile(join(fleet, 'rendered/member1/own.yaml'), 'utf8'), 'a: 1\n');

    const file = 'rendered/member1/default/service_reviews.yaml';
    await writeFile(join(fleet, file), 'by: hand\n');
    const { status, stderr } = await regatta('compile', fleet);
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`^${file}:1:1: error write/foreign-file: `, 'm'));
    assert.equal(await readFile(join(fleet, file), 'utf8'), 'by: hand\n');
  });

  it('does not write through a link that leads out of the repository', async () => {
    const outside = join(fleet, 'outside');
    await mkdir(outside);
    await mkdir(join(fleet, 'rendered'));
    await symlink(outside, join(fleet, 'rendered/member1'));
    const { status, stderr } = await regatta('compile', fleet);
    assert.equal(status, 1);
    assert.match(stderr, /^rendered\/member1:1:1: error write\/foreign-file: /m);
    assert.deepEqual(await readdir(outside), []);
  });

  it('writes nothing with --check, and exits 1 when the output is stale', async () => {
    const stale = await regatta('compile', fleet, '--check');
    assert.equal(stale.status, 1);
    assert.match(stale.stdout, /^the output is stale: 25 files to write, 0 to remove/);
    assert.deepEqual(await outputOf(fleet), {});
    await regatta('compile', fleet);
    assert.equal((await regatta('compile', fleet, '--check')).status, 0);
  });

  it('writes to the directory of --out, and prints its summary as JSON with -o json', async () => {
    const out = join(fleet, 'elsewhere');
    const { stdout, status } = await regatta('compile', fleet, '--out', out, '-o', 'json');
    const { ok, objects, clusters, written, unchanged, removed } = JSON.parse(stdout);
    assert.equal(status, 0);
    assert.deepEqual(
      { ok, objects, clusters, written, unchanged, removed },
      { ok: true, objects: 24, clusters: 3, written: 25, unchanged: 0, removed: 0 },
    );
    assert.equal(Object.keys(await outputOf(out)).length, 25);
    assert.deepEqual(await outputOf(fleet), {});
  });

  it('skips and lists faulty objects with --partial', async () => {
    const namespaced = (kind: string, name: string, spec: string) =>
      `apiVersion: policy.karmada.io/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: default}\nspec: ${spec}\n`;
    const selecting = (name: string) =>
      `resourceSelectors: [{apiVersion: v1, kind: ConfigMap, name: ${name}}]`;
    const faulty = [
      ...['lost', 'broken'].map(
        (name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`,
      ),
      namespaced(
        'PropagationPolicy',
        'lost',
        `{${selecting('lost')}, placement: {clusterAffinity: {exclude: [member1, member2, mesh1]}}}`,
      ),
      namespaced('PropagationPolicy', 'broken', `{${selecting('broken')}}`),
      namespaced(
        'OverridePolicy',
        'broken',
        `{${selecting('broken')}, overrideRules: [{targetCluster: {clusterNames: [member2]}, overriders: {plaintext: [{path: /a/b, operator: remove}]}}]}`,
      ),
    ];
    await writeFile(join(fleet, 'templates/faulty.yaml'), faulty.join('---\n'));
    const whole = await regatta('compile', fleet, '-o', 'json');
    assert.deepEqual([whole.status, await outputOf(fleet)], [1, {}]);
    const { status, stdout } = await regatta('compile', fleet, '--partial', '-o', 'json');
    const { unscheduled, failed } = JSON.parse(stdout);
    assert.equal(status, 1);
    const object = 'v1/ConfigMap/default/lost';
    const message =
      '0/3 clusters are available: 3 cluster(s) did not match the placement cluster affinity constraint.';
    assert.deepEqual(unscheduled, [{ object, reason: 'NoClusterFit', message }]);
    assert.deepEqual(failed, [
      {
        ...{ object: 'v1/ConfigMap/default/broken', cluster: 'member2' },
        message: 'has no /a/b to remove',
      },
    ]);
    assert.deepEqual(await namesIn('member1', 'configmap'), ['broken']);
  });

  it('names the directory if it does not exist', async () => {
    const { status, stderr } = await regatta('compile', join(fleet, 'absent'));
    assert.equal(status, 2);
    assert.match(stderr, /^regatta: .*absent is not a directory$/m);
  });

  it('exits 2 on an unknown flag', async () => {
    assert.equal((await regatta('compile', fleet, '--chekc')).status, 2);
  });

  it('recompiles with --watch until SIGTERM, and then exits 0', {
    timeout: 20_000,
  }, async () => {
    child = spawn(process.execPath, [command, 'compile', fleet, '--watch'], { stdio: 'pipe' });
    const lines: string[] = [];
    const waiting = new Map<string, () => void>();
    const line = (part: string): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (lines.some((text) => text.includes(part))) resolve();
      else waiting.set(part, resolve);
      return promise;
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        lines.push(chunk.toString());
        for (const [part, resolve] of waiting) if (chunk.includes(part)) resolve();
      });
    }
    await line('25 files written');
    const file = join(fleet, 'templates/ratings.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(':1.20.3', ':1.20.4'));
    await line('1 file written, 24 unchanged');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});
