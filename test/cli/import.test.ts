import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { command } from '#test/command.ts';

const exported = join(import.meta.dirname, '../../examples/karmada-export.yaml');

describe('regatta import', () => {
  let folder: string;
  let out: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-import-'));
    out = join(folder, 'fleet');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('creates a fleet repository whose compile moves no object', async () => {
    const imported = regatta('import', exported, '--out', out);
    assert.equal(imported.status, 0, imported.stderr);
    const before = await readFile(join(out, 'bindings/shop.yaml'), 'utf8');
    const compiled = regatta('compile', out);
    assert.equal(compiled.status, 0, compiled.stderr);
    assert.equal(await readFile(join(out, 'bindings/shop.yaml'), 'utf8'), before);
    for (const [member, replicas] of Object.entries({ member1: 3, member2: 2 })) {
      const file = join(out, 'rendered', member, 'shop/deployment.apps_web.yaml');
      assert.match(await readFile(file, 'utf8'), new RegExp(`^ {2}replicas: ${replicas}$`, 'm'));
    }
  });

  it('K25: gives the fleet an id, and keeps a regatta.yaml that is there', async () => {
    regatta('import', exported, '--out', out);
    assert.match(await readFile(join(out, 'regatta.yaml'), 'utf8'), /^ {2}id: [a-z0-9]{10}$/m);
    const other = join(folder, 'other');
    await mkdir(other);
    await writeFile(join(other, 'regatta.yaml'), 'kind: Fleet\n');
    assert.equal(regatta('import', exported, '--out', other).status, 0);
    assert.equal(await readFile(join(other, 'regatta.yaml'), 'utf8'), 'kind: Fleet\n');
  });

  it('keeps the fields of the author, and drops those of the server', async () => {
    regatta('import', exported, '--out', out);
    const all = await readdir(out, { recursive: true });
    const files = all.filter((file) => /yaml$/.test(file) && !file.startsWith('.regatta/'));
    assert.deepEqual(files.toSorted(), [
      'bindings/shop.yaml',
      'clusters/member1.yaml',
      'clusters/member2.yaml',
      'policies/shop/propagationpolicy.policy.karmada.io_web.yaml',
      'regatta.yaml',
      'templates/shop/deployment.apps_web.yaml',
      'templates/shop/secret_token.yaml',
    ]);
    const texts = await Promise.all(files.map((file) => readFile(join(out, file), 'utf8')));
    assert.doesNotMatch(
      texts.join(''),
      /resourceVersion|managedFields|creationTimestamp|permanent-id|secretRef|last-applied/i,
    );
    assert.match(texts.join(''), /owner: ada/);
  });

  it('reports skipped objects and plain Secrets', () => {
    const { stdout } = regatta('import', exported, '--out', out);
    assert.match(stdout, /^left out +Work karmada-es-member1\/web-5d: Regatta does not use Work/m);
    assert.match(
      stdout,
      /^left out +ResourceBinding shop\/settings-configmap: it follows the objects/m,
    );
    assert.match(stdout, /^warning +Secret shop\/token is now stored in plain text$/m);
    assert.doesNotMatch(stdout, /aHVudGVyMg/);
  });

  it('reads objects from standard input', async () => {
    const input = await readFile(exported);
    const { status } = spawnSync(process.execPath, [command, 'import', '--out', out], { input });
    assert.equal(status, 0);
    assert.ok((await readdir(out)).includes('templates'));
  });

  it('overwrites no file, and writes no file when an object has a fault', async () => {
    await mkdir(join(out, 'clusters'), { recursive: true });
    await writeFile(join(out, 'clusters/member1.yaml'), '');
    const refused = regatta('import', exported, '--out', out);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /clusters\/member1\.yaml exists already/);
    assert.deepEqual(await readdir(out), ['clusters']);
    const broken = join(folder, 'broken.yaml');
    await writeFile(broken, 'kind: List\nitems: [{kind: ConfigMap}]\n');
    const failed = regatta('import', broken, '--out', join(folder, 'other'));
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /broken\.yaml:2:\d+: error parse\/missing-field/);
    assert.deepEqual((await readdir(folder)).toSorted(), ['broken.yaml', 'cache', 'fleet']);
  });

  function regatta(...args: readonly string[]) {
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
    return spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', env });
  }
});
