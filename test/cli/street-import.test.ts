import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runCommand } from '#test/commands/run-command.ts';

const exported = join(import.meta.dirname, '../../examples/karmada-export.yaml');
const web = 'templates/shop/deployment.apps_web.yaml';
const policy = 'policies/shop/propagationpolicy.policy.karmada.io_web.yaml';

describe('regatta import, before a cut-over', () => {
  let folder: string;
  let out: string;
  const read = (file: string) => readFile(join(out, file), 'utf8');
  const edit = async (file: string, from: string | RegExp, to: string) =>
    writeFile(join(out, file), (await read(file)).replace(from, to));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-street-import-'));
    out = join(folder, 'fleet');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Imports the export after some replacements of its text. */
  async function importChanged(changes: Readonly<Record<string, string>>, ...flags: string[]) {
    let text = await readFile(exported, 'utf8');
    for (const [from, to] of Object.entries(changes)) {
      assert.ok(text.includes(from), from);
      text = text.replaceAll(from, to);
    }
    const file = join(folder, 'export.yaml');
    await writeFile(file, text);
    return regatta('import', file, '--out', out, ...flags);
  }

  function regatta(...args: readonly string[]) {
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
    return runCommand(args, { env });
  }

  it('street K1: proposes that the syncer takes over what Karmada made', async () => {
    const namespace =
      'items:\n  - { apiVersion: v1, kind: Namespace, metadata: { name: shop } }\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: { name: kept, namespace: shop, annotations: { work.karmada.io/conflict-resolution: abort } }';
    const { stdout, status, stderr } = await importChanged({ 'items:': namespace });
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /^take over +PropagationPolicy shop\/web: conflictResolution: Overwrite$/m,
    );
    assert.match(
      stdout,
      /^take over +Namespace shop: annotation work.karmada.io\/conflict-resolution: overwrite$/m,
    );
    assert.match(stdout, /^take over +ConfigMap shop\/kept: its .*: abort keeps the syncer from/m);
    assert.equal(regatta('compile', out).status, 0);
    for (const file of ['shop/deployment.apps_web.yaml', '_cluster/namespace_shop.yaml']) {
      const rendered = await read(`rendered/member1/${file}`);
      assert.match(rendered, /work.karmada.io\/conflict-resolution: overwrite/);
    }
  });

  it('street K1: changes no conflictResolution with --no-take-over', async () => {
    const { stdout } = await importChanged({}, '--no-take-over');
    assert.doesNotMatch(stdout, /take over/);
    assert.match(await read(policy), /conflictResolution: Abort/);
  });

  it('street K1: a second import without the proposal takes it back, and keeps the edits', async () => {
    await importChanged({});
    await edit(policy, /^spec:$/m, 'spec: # ours');
    const { status, stdout } = await importChanged({}, '--no-take-over');
    assert.equal(status, 0, stdout);
    assert.match(await read(policy), /^spec: # ours$/m);
    assert.match(await read(policy), /conflictResolution: Abort/);
  });

  it('street K1: leaves the metadata of Karmada out of the templates', async () => {
    await importChanged({
      'labels: { app: web,': `labels: { karmada.io/managed: "true", ${tracked}`,
    });
    assert.doesNotMatch(await read(web), /karmada\.io/);
    assert.match(await read(web), /app: web/);
  });

  it('street K1: a second import takes the changes of Karmada, and keeps those of the repository', async () => {
    await importChanged({});
    await edit(web, 'image: nginx:1.27', 'image: nginx:1.28 # newer');
    const { status, stdout } = await importChanged({
      'owner: ada': 'owner: grace',
      'region: us': 'region: asia',
      'replicas: 3': 'replicas: 4',
      'replicas: 2': 'replicas: 1',
    });
    assert.equal(status, 0, stdout);
    assert.match(
      stdout,
      /^merged +templates\/shop\/deployment.apps_web.yaml:1: Deployment shop\/web$/m,
    );
    assert.match(stdout, /^updated +clusters\/member2.yaml:1: Cluster member2$/m);
    assert.match(
      stdout,
      /^updated +bindings\/shop.yaml:\d+: ResourceBinding shop\/web-deployment$/m,
    );
    assert.match(await read(web), /owner: grace/);
    assert.match(await read(web), /image: nginx:1.28 # newer/);
    assert.match(await read('bindings/shop.yaml'), /member1\n {4}replicas: 4\n/);
  });

  it('street K1: a second import of the same export changes nothing', async () => {
    await importChanged({});
    await edit(web, 'image: nginx:1.27', 'image: nginx:1.28');
    const { status, stdout } = await importChanged({});
    assert.equal(status, 0);
    assert.match(stdout, /^0 files written/m);
    assert.match(await read(web), /nginx:1.28/);
  });

  it('street K1: reports conflicts at file:line, and keeps both sides there', async () => {
    await importChanged({});
    await edit(web, 'image: nginx:1.27', 'image: nginx:1.28');
    const { status, stdout } = await importChanged({ 'nginx:1.27': 'nginx:1.29' });
    assert.equal(status, 1);
    const lines = (await read(web)).split('\n');
    const at = lines.findIndex((line) => line.startsWith('<<<<<<< ')) + 1;
    const place = `templates/shop/deployment.apps_web.yaml:${at}`;
    assert.match(stdout, new RegExp(`^conflict +${place}: Deployment shop/web: `, 'm'));
    assert.match(lines.join('\n'), /nginx:1\.28[\s\S]*=======[\s\S]*nginx:1\.29/);
    const again = await importChanged({ 'nginx:1.27': 'nginx:1.29' });
    assert.equal(again.status, 1);
    assert.match(again.stderr, /deployment.apps_web.yaml:\d+:\d+: error parse\/invalid-yaml/);
    await edit(web, /<<<<<<<[\s\S]*?=======\n([\s\S]*?)>>>>>>>.*\n/, '$1');
    assert.match((await importChanged({ 'nginx:1.27': 'nginx:1.29' })).stdout, /^0 files written/m);
  });

  it('street K1: finds an object that moved to another file', async () => {
    await importChanged({});
    await rename(join(out, web), join(out, 'templates/all.yaml'));
    const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own, namespace: shop}\n---\n';
    await edit('templates/all.yaml', /^/, other);
    const { stdout } = await importChanged({ 'owner: ada': 'owner: grace' });
    assert.match(stdout, /^updated +templates\/all.yaml:5: Deployment shop\/web$/m);
    assert.match(await read('templates/all.yaml'), /name: own[\s\S]*---[\s\S]*owner: grace/);
  });

  it('street K1: loses no object that one side has removed', async () => {
    await importChanged({});
    await rm(join(out, web));
    const changed = await importChanged({ 'nginx:1.27': 'nginx:1.29' });
    assert.equal(changed.status, 1);
    const record = `.regatta/import/${web}`;
    assert.match(
      changed.stdout,
      new RegExp(`^conflict +${record}:1: Deployment shop/web: the repository has removed it`, 'm'),
    );
    assert.match(await read(record), /nginx:1\.29/);
    const gone = await importChanged({ 'name: member2,': 'name: member3,' });
    assert.match(
      gone.stdout,
      /^gone +clusters\/member2.yaml:1: Cluster member2: the export does not contain it/m,
    );
    assert.match(gone.stdout, /^added +clusters\/member3.yaml:1: Cluster member3$/m);
    assert.match(await read('clusters/member2.yaml'), /name: member2/);
  });

  it('street K1: keeps no copy of a Secret, and does not replace one', async () => {
    await importChanged({});
    const { stdout, status } = await importChanged({ 'aHVudGVyMg==': 'c2VjcmV0' });
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^kept +templates\/shop\/secret_token.yaml:1: Secret shop\/token: it differs/m,
    );
    assert.match(await read('templates/shop/secret_token.yaml'), /aHVudGVyMg==/);
    const record = spawnSync('grep', ['-r', '-l', 'password', join(out, '.regatta')]);
    assert.equal(record.stdout.toString(), '');
    assert.doesNotMatch(stdout, /aHVudGVyMg|c2VjcmV0/);
  });
});

const tracked =
  'clusterresourcebinding.karmada.io/permanent-id: a, work.karmada.io/permanent-id: b, multiclusterservice.karmada.io/permanent-id: c, app: web,';
