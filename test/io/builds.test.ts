import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { BuildMemory } from '#io/engine/build-memory.ts';
import { runBuilds } from '#io/engine/builds.ts';
import type { EngineCall, EngineResult } from '#io/engine/call.ts';
import { EnginePool } from '#io/engine/pool.ts';
import { RepositoryState } from '#io/engine/repository-state.ts';
import type { FileMap } from '#model/files.ts';
import { buildKey, type KustomizeBuild } from '#model/template-build.ts';

const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\n';
const build: KustomizeBuild = { type: 'kustomize', directory: 'app', folders: ['app'] };
const files: FileMap = new Map([
  ['app/kustomization.yaml', 'resources: [map.yaml, ../base]'],
  ['app/map.yaml', map],
  ['app/unused.yaml', 'kind: Secret'],
  ['base/kustomization.yaml', 'resources: [map.yaml]\nnamePrefix: base-\n'],
  ['base/map.yaml', map],
  ['elsewhere/map.yaml', map],
]);

/** A pool that counts the requests to its engines. */
class CountingPool extends EnginePool {
  asked = 0;

  override run(call: EngineCall): Promise<EngineResult> {
    this.asked++;
    return super.run(call);
  }
}

describe('the build cache', () => {
  let folder: string;
  let pool: CountingPool;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'regatta-builds-')), 'builds');
    pool = new CountingPool({ workers: 1 });
  });
  afterEach(async () => {
    await pool.close();
    rmSync(join(folder, '..'), { recursive: true });
  });

  /** Returns the result of a build, with the number of requests to the engine. */
  async function run(given: FileMap = files, plan = build) {
    const before = pool.asked;
    const options = { memory: new BuildMemory(folder), pool };
    const result = (await runBuilds([plan], given, options)).get(buildKey(plan));
    assert.ok(result?.type === 'kustomized');
    return { ...result, asked: pool.asked - before };
  }
  const withFile = (path: string, text: string): FileMap => new Map([...files, [path, text]]);

  it('EN5: a build with cached inputs asks no engine, in any process', async () => {
    const first = await run();
    assert.ok(first.asked > 0);
    const again = await run();
    assert.deepEqual(again, { ...first, asked: 0 });
  });

  it('EN5: a cached build depends only on files that the engine read or looked for', async () => {
    await run();
    assert.equal((await run(withFile('app/unused.yaml', 'kind: Other'))).asked, 0);
    assert.equal((await run(withFile('elsewhere/map.yaml', ''))).asked, 0);
    const changed = await run(withFile('base/map.yaml', map.replace('name: map', 'name: other')));
    assert.ok(changed.asked > 0);
    assert.match(changed.documents.map(({ text }) => text).join(), /name: base-other/);
    assert.equal((await run()).asked, 0, 'both builds are cached now');
  });

  it('EN5: a new file at a path where the engine looked for one causes a new build', async () => {
    await run();
    const twice = await run(withFile('base/kustomization.yml', 'resources: [map.yaml]'));
    assert.ok(twice.asked > 0);
    assert.match(twice.error, /Found multiple kustomization files/);
  });

  it('EN5: a failed build is cached, too', async () => {
    const broken = withFile('base/kustomization.yaml', 'resource: [map.yaml]');
    const first = await run(broken);
    assert.match(first.error, /unknown field "resource"/);
    assert.deepEqual(await run(broken), { ...first, asked: 0 });
  });

  it('EN5: a damaged cache is ignored', async () => {
    const first = await run();
    for (const file of filesIn(folder)) writeFileSync(file, 'damaged');
    assert.equal((await run()).asked, first.asked);
  });

  it('EN5: the cache keeps 64 builds', async () => {
    const memory = new BuildMemory(folder);
    const answered = { type: 'answered', answer: '', reads: [] } as const;
    for (let index = 0; index < 100; index++) {
      memory.remember(`a${index}`, answered, new RepositoryState(files));
    }
    assert.equal(filesIn(folder).length, 64);
    assert.ok(memory.recall('a99', new RepositoryState(files)));
  });

  it('EN5: only the user can read the cache', async () => {
    await run();
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const file of filesIn(folder)) assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('EN4: the files of other builds do not change a result', async () => {
    const alone = await run(new Map([...files].filter(([path]) => !path.startsWith('else'))));
    rmSync(folder, { recursive: true });
    assert.deepEqual((await run()).documents, alone.documents);
  });

  it('K4: a build finds files that only Kustomize looks for', async () => {
    const upper = withFile('app/kustomization.yaml', 'Resources: [map.yaml, ../base]');
    const { reads, documents } = await run(upper);
    assert.deepEqual(documents.length, 2);
    assert.ok(reads.includes('base/map.yaml') && !reads.includes('elsewhere/map.yaml'));
  });
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
