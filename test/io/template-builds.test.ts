import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { programsFor, runPrograms } from '#io/template-builds.ts';
import type { FileContent, FileMap } from '#model/files.ts';
import { type BuildResult, buildKey, type TemplateBuild } from '#model/template-build.ts';

const helm: TemplateBuild = {
  ...{ type: 'helm', chart: 'charts/web', releaseName: 'web', namespace: 'shop' },
  ...{ includeCRDs: false, values: { a: 1 }, kubeVersion: 'v1.33.0', apiVersions: ['a/v1'] },
};
const files: FileMap = new Map<string, FileContent>([
  ['charts/web/Chart.yaml', 'name: web'],
  ['charts/web/logo.png', { reason: 'it is not UTF-8', base64: 'iVBO' }],
  ['charts/website/Chart.yaml', 'name: website'],
  ['templates/app/kustomization.yaml', '{}'],
  ['secrets.yaml', 'kind: Secret'],
]);

/** Programs of this test's own stand for kustomize and Helm. */
describe('builds of templates', () => {
  const path = process.env.PATH;
  let folder: string;
  let memo: Map<string, unknown>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-programs-'));
    memo = new Map();
    process.env.PATH = [folder, path].join(delimiter);
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  /** A program that knows its version, and does something for anything else. */
  function program(name: string, script: string, version = 'v9.0.0'): void {
    const asked = `case "$1" in version) echo ${version}; exit;; esac`;
    writeFileSync(
      join(folder, name),
      `#!/bin/sh\n${asked}\necho run >>'${folder}/log'\n${script}\n`,
    );
    chmodSync(join(folder, name), 0o755);
  }

  const runs = () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').length;

  async function run(build: TemplateBuild, twice = false): Promise<BuildResult | undefined> {
    return (await runPrograms([build], files, { memo, twice })).get(buildKey(build));
  }

  async function printed(build: TemplateBuild): Promise<string> {
    const result = await run(build);
    assert.ok(result?.type === 'built', JSON.stringify(result));
    return result.text;
  }

  it('are given what was planned', async () => {
    program('helm', 'echo "$@"; cat');
    assert.equal(
      await printed(helm),
      'template web ./charts/web --namespace shop --values - --kube-version v1.33.0 --api-versions a/v1\n{"a":1}',
    );
  });

  it('see their own files, and no others', async () => {
    program('helm', 'find . -type f | sort; wc -c < charts/web/logo.png');
    assert.deepEqual((await printed(helm)).trim().split(/\s+/), [
      ...['./charts/web/Chart.yaml', './charts/web/logo.png', '3'],
    ]);
  });

  it('see nothing of the user, and leave nothing', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'hush';
    program('helm', 'env | sort; pwd');
    const told = await printed(helm).finally(() => {
      delete process.env['AWS_SECRET_ACCESS_KEY'];
    });
    const own = told.trim().split('\n').at(-1) ?? '';
    assert.match(own, /regatta-build-/);
    assert.equal(existsSync(own), false);
    const settings = Object.fromEntries(told.split('\n').map((line) => line.split(/=(.*)/s)));
    assert.equal(settings.HOME, own);
    assert.equal(settings.KUBECONFIG, join(own, 'no-kubeconfig'));
    assert.equal(settings.GIT_ALLOW_PROTOCOL, 'none');
    assert.doesNotMatch(told, /hush|AWS_/);
  });

  it('are not run again for the same files and the same program', async () => {
    program('helm', 'echo "a: 1"');
    await run(helm);
    await run(helm);
    assert.equal(runs(), 1);
    await runPrograms([helm], new Map([...files, ['charts/web/values.yaml', 'b: 2']]), { memo });
    assert.equal(runs(), 2);
    program('helm', 'echo "a: 2 # later"');
    assert.equal(await printed(helm), 'a: 2 # later\n');
    assert.equal(runs(), 3);
  });

  it('that fail are run again, and told in the words of the program', async () => {
    program('helm', `echo "Error: no $PWD/charts/web/values.yaml\n\nUse --debug flag" >&2; exit 1`);
    const message = 'no charts/web/values.yaml';
    assert.deepEqual(await run(helm), { type: 'failed', message });
    await run(helm);
    assert.equal(runs(), 2);
  });

  it('told to be done twice tell where they differ, but not in what', async () => {
    program('helm', `printf -- '---\\n# Source: web/templates/a.yaml\\ndata:\\n  key: '; date +%s`);
    const source = 'web/templates/a.yaml';
    assert.deepEqual(await run(helm, true), { type: 'varies', field: 'key', source });
    program('helm', 'echo "a: 1"');
    assert.deepEqual(await run(helm, true), { type: 'built', text: 'a: 1\n' });
  });

  it('are refused to programs that are missing, too old, or cannot be run', async () => {
    process.env.PATH = folder;
    assert.deepEqual(await run(helm), { type: 'missing', programs: ['helm'] });
    program('helm', '', 'v3.13.9');
    const old = { type: 'too-old', program: 'helm', version: 'v3.13.9' };
    assert.deepEqual(await run(helm), old);
    writeFileSync(join(folder, 'helm'), '#!/no/such/shell\n');
    chmodSync(join(folder, 'helm'), 0o755);
    const result = await run(helm);
    assert.ok(result?.type === 'failed');
    assert.match(result.message, /^asked for its version, helm says: it cannot be run: .*ENOENT/);
    assert.match(programsFor([helm]).join(), /\/helm \d+ \d/);
  });
});
