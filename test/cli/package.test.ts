import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { installedPackage } from '#test/command.ts';
import { program } from '#test/programs.ts';
import packageJson from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

describe('the installed package', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-package-'));
    // The scripts are ignored, because the test runner has already built the bundle of this package.
    const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, { cwd: installedPackage() });
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    await run('npm', ['install', '--offline', '--silent', `./${stdout.trim()}`], { cwd: folder });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is built before it is packed', () => {
    assert.equal(packageJson.scripts.prepack, packageJson.scripts.build);
  });

  it('runs as npx regatta --help', async () => {
    const { stdout } = await run('npx', ['regatta', '--help'], { cwd: folder });
    assert.match(stdout, /^Usage: regatta /);
  });

  it('prints its version', async () => {
    const { stdout } = await run('npx', ['regatta', '--version'], { cwd: folder });
    assert.equal(stdout.trim(), packageJson.version);
  });

  it('street C9: runs as kubectl regatta', async () => {
    const PATH = [join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter);
    const { stdout } = await run(program('kubectl'), ['regatta', 'version'], {
      cwd: folder,
      env: { ...process.env, PATH },
    });
    assert.equal(stdout.trim(), packageJson.version);
  });

  it('street C9: kubectl completes the words of kubectl regatta', async () => {
    const PATH = [join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter);
    const complete = async (...words: readonly string[]) => {
      const args = ['__complete', 'regatta', ...words];
      const options = { cwd: folder, env: { ...process.env, PATH } };
      return (await run(program('kubectl'), args, options)).stdout;
    };
    assert.equal(await complete('lint', '--str'), '--strict\n:4\n');
    assert.match(await complete('comp'), /^compile\ncompletion\n:4\n$/);
    assert.equal(await complete('blame', ''), ':0\n');
  });

  it('street C9: holds the man page', async () => {
    const page = await readFile(join(folder, 'node_modules/regatta/man/regatta.1'), 'utf8');
    assert.match(page, /^\.TH REGATTA 1 /);
  });

  it('street C9: holds the guides', async () => {
    const guides = await readdir(join(folder, 'node_modules/regatta/docs'));
    assert.deepEqual(guides.toSorted(), (await readdir(join(root, 'docs'))).toSorted());
  });

  it('runs the scripts of a repository', async () => {
    const repository = join(root, 'test/golden/scripts/repo');
    const out = join(folder, 'out');
    await run('npx', ['regatta', 'compile', repository, '--out', out], { cwd: folder });
    assert.deepEqual((await readdir(join(out, 'rendered'))).toSorted(), ['eu', 'us']);
  });

  it('creates a fleet repository, with the files whose names npm omits from packages', async () => {
    const fleet = join(folder, 'fleet');
    await run('npx', ['regatta', 'init', fleet], { cwd: folder });
    const names = await readdir(fleet);
    for (const name of ['.gitattributes', '.gitignore', '.github', 'rendered']) {
      assert.ok(names.includes(name), name);
    }
    await run('npx', ['regatta', 'compile', '--check', fleet], { cwd: folder });
  });

  it('street C8: a new repository installs the package that made it, and no changed one', async () => {
    const fleet = join(folder, 'pinned');
    const { stdout } = await run('npx', ['regatta', 'init', fleet], { cwd: folder });
    const file = `../regatta-${packageJson.version}.tgz`;
    assert.match(
      stdout,
      /Regatta from file:\.\.\/regatta-.*its digest is pinned in package-lock\.json/,
    );
    const manifest = JSON.parse(await readFile(join(fleet, 'package.json'), 'utf8')) as object;
    assert.deepEqual(Object.entries(manifest).at(-1), [
      'devDependencies',
      { regatta: `file:${file}` },
    ]);
    const install = ['ci', '--offline', '--silent', '--ignore-scripts'];
    await run('npm', install, { cwd: fleet });
    const version = await run('npx', ['regatta', '--version'], { cwd: fleet });
    assert.equal(version.stdout.trim(), packageJson.version);
    const packed = join(fleet, file);
    const content = await readFile(packed);
    await writeFile(packed, Buffer.concat([content, Buffer.from('x')]));
    const fresh = ['ci', '--offline', '--cache', join(folder, 'cache')];
    await assert.rejects(run('npm', fresh, { cwd: fleet }), /EINTEGRITY/);
    await writeFile(packed, content);
  });

  it('street C8: --package names another package', async () => {
    const fleet = join(folder, 'named');
    const address = 'https://packages.example.com/regatta.tgz';
    await run('npx', ['regatta', 'init', fleet, '--package', address], { cwd: folder });
    assert.match(
      await readFile(join(fleet, 'package.json'), 'utf8'),
      /"regatta": "https:\/\/packages\.example\.com\/regatta\.tgz"/,
    );
    assert.ok(!(await readdir(fleet)).includes('package-lock.json'));
  });

  it('installs no other package', async () => {
    const installed = await readdir(join(folder, 'node_modules'));
    assert.deepEqual(
      installed.filter((name) => !name.startsWith('.')),
      ['regatta'],
    );
  });

  it('contains a bill of materials and the licence of each component', async () => {
    const dist = join(folder, 'node_modules/regatta/dist');
    const bom = JSON.parse(await readFile(join(dist, 'SBOM.cdx.json'), 'utf8')) as {
      readonly components: readonly { readonly name: string; readonly version: string }[];
    };
    const licenses = await readFile(join(dist, 'THIRD-PARTY-LICENSES'), 'utf8');
    const lines = new Set(licenses.split('\n').map((line) => line.replace(/ \([^()]*\)$/, '')));
    const names = bom.components.map(({ name, version }) => `${name} ${version}`);
    assert.deepEqual(
      names.filter((name) => !lines.has(name)),
      [],
    );
    for (const name of ['undici', 'js-yaml', 'helm.sh/helm/v4', 'k8s.io/kubernetes', 'std']) {
      assert.ok(
        bom.components.some((component) => component.name === name),
        name,
      );
    }
  });
});
