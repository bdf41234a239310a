import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCommand } from './run-command.ts';

describe('regatta init', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-init-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('creates a repository that is clean and rendered', async () => {
    const fleet = join(folder, 'fleet');
    const made = await runCommand(['init', fleet]);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /6 objects rendered for 2 clusters/);
    assert.equal((await runCommand(['lint', '--strict', fleet])).stdout, 'nothing to correct\n');
    assert.equal((await runCommand(['compile', '--check', fleet])).status, 0);
    assert.match(await readFile(join(fleet, '.gitignore'), 'utf8'), /^node_modules\/$/m);
    assert.match(made.stdout, /npx regatta hook install/);
  });

  it('K25: gives each new fleet an id of its own', async () => {
    const ids = [];
    for (const name of ['one', 'two']) {
      const fleet = join(folder, name);
      assert.equal((await runCommand(['init', fleet, '--ci', 'none'])).status, 0);
      const text = await readFile(join(fleet, 'regatta.yaml'), 'utf8');
      ids.push(/^ {2}id: ([a-z0-9]{10})$/m.exec(text)?.[1] ?? assert.fail(text));
    }
    assert.notEqual(ids[0], ids[1]);
  });

  const forges = [
    { ci: 'github', has: ['.github', 'ci'], lacks: ['.gitlab-ci.yml'] },
    { ci: 'gitlab', has: ['.gitlab-ci.yml', 'ci'], lacks: ['.github'] },
    { ci: 'none', has: ['templates'], lacks: ['.github', '.gitlab-ci.yml', 'ci'] },
  ];
  for (const { ci, has, lacks } of forges) {
    it(`--ci ${ci} creates only the pipelines of that forge`, async () => {
      const fleet = join(folder, ci);
      assert.equal((await runCommand(['init', fleet, '--ci', ci])).status, 0);
      const names = await readdir(fleet);
      assert.deepEqual(
        has.filter((name) => !names.includes(name)),
        [],
      );
      assert.deepEqual(
        lacks.filter((name) => names.includes(name)),
        [],
      );
    });
  }

  it('lists existing files, and then writes no file', async () => {
    const fleet = join(folder, 'taken');
    await mkdir(fleet);
    await writeFile(join(fleet, 'README.md'), 'mine\n');
    const { status, stderr } = await runCommand(['init', fleet]);
    assert.equal(status, 1);
    assert.match(stderr, /^README\.md exists already$/m);
    assert.deepEqual(await readdir(fleet), ['README.md']);
    assert.equal(await readFile(join(fleet, 'README.md'), 'utf8'), 'mine\n');
  });

  it('does not write through a link', async () => {
    const [fleet, outside] = [join(folder, 'linked'), join(folder, 'outside')];
    await mkdir(fleet);
    await mkdir(outside);
    await symlink(outside, join(fleet, 'ci'));
    const { status, stderr } = await runCommand(['init', fleet]);
    assert.equal(status, 1);
    assert.match(stderr, /^ci exists already$/m);
    assert.deepEqual(await readdir(outside), []);
  });

  it('works in a Git repository without files', async () => {
    const fleet = join(folder, 'git');
    await mkdir(join(fleet, '.git'), { recursive: true });
    assert.equal((await runCommand(['init', fleet])).status, 0);
  });

  it('street K1: --into gives a fleet what it lacks, and changes no file', async () => {
    const fleet = join(folder, 'imported');
    const own = {
      'regatta.yaml': 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\n',
      'README.md': 'mine\n',
      'package.json': '{"name": "mine"}\n',
      'clusters/member1.yaml':
        'apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: member1}\nspec: {syncMode: Push}\n',
    };
    for (const [path, text] of Object.entries(own)) {
      await mkdir(dirname(join(fleet, path)), { recursive: true });
      await writeFile(join(fleet, path), text);
    }
    const { status, stdout, stderr } = await runCommand(['init', '--into', fleet]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^kept +README\.md: it exists already$/m);
    assert.match(stdout, /^written +\.github\/workflows\/review\.yml$/m);
    for (const [path, text] of Object.entries(own)) {
      assert.equal(await readFile(join(fleet, path), 'utf8'), text);
    }
    assert.deepEqual(await readdir(join(fleet, 'clusters')), ['member1.yaml']);
    const names = await readdir(fleet);
    assert.ok(!names.includes('templates') && !names.includes('policies'), names.join());
    assert.ok(['.github', 'ci', 'CODEOWNERS', '.gitignore'].every((name) => names.includes(name)));
    assert.equal((await runCommand(['compile', fleet])).status, 0);
    const again = await runCommand(['init', '--into', fleet]);
    assert.match(again.stdout, /^0 files written/m);
  });

  it('street K1: --into writes no file into a folder without a fleet, or through a link', async () => {
    const [empty, fleet, outside] = ['empty', 'into-link', 'into-outside'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    for (const path of [empty, join(fleet, 'clusters'), outside]) {
      await mkdir(path, { recursive: true });
    }
    const refused = await runCommand(['init', '--into', empty]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /is not a fleet repository/);
    assert.deepEqual(await readdir(empty), []);
    await symlink(outside, join(fleet, 'ci'));
    assert.equal((await runCommand(['init', '--into', fleet])).status, 0);
    assert.deepEqual(await readdir(outside), []);
  });
});
