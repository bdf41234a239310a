/** Compares the meshes of the files that a compile wrote with those of the rendered sources. */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compileDirectory } from '#cli/fleet/compile.ts';
import { readInputs, withBindings } from '#cli/fleet/inputs.ts';
import { readSettings } from '#cli/fleet/read.ts';
import { renderInputs } from '#cli/fleet/render.ts';
import { compiledFleet, templatesNaming } from '#cli/traffic/compiled.ts';
import { renderedMeshes } from '#cli/traffic/meshes.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-compiled-'));
const cache = process.env.XDG_CACHE_HOME;

before(() => {
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
});

after(() => {
  if (cache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cache;
  rmSync(folder, { recursive: true, force: true });
});

async function copied(example: string) {
  const directory = join(folder, example);
  cpSync(join(import.meta.dirname, '../../examples', example), directory, { recursive: true });
  const { ok } = await compileDirectory(directory);
  assert.ok(ok);
  return directory;
}

async function fleetIn(directory: string) {
  const settings = readSettings(directory);
  const inputs = await readInputs({ directory }, settings);
  return { directory, settings, inputs, profile: 'regatta' } as const;
}

describe('the output of the last compile', () => {
  for (const example of ['bookinfo', 'mesh-rollout']) {
    it(`M5: has the meshes of the rendered sources: ${example}`, async () => {
      const fleet = await fleetIn(await copied(example));
      const compiled = compiledFleet(fleet);
      assert.ok(compiled);
      const { rendition } = await renderInputs(fleet.inputs, 'regatta');
      assert.deepEqual(meshesOf(compiled), renderedMeshes(rendition));
      const [first] = rendition.decisions.repository.templates;
      const name = first?.object.metadata.name ?? '';
      const found = templatesNaming(fleet.inputs, new Set([name]));
      const same = found.find(({ object }) => object.metadata.name === name);
      assert.deepEqual(same?.at('/metadata/name'), first?.at('/metadata/name'));
    });
  }

  it('M5: does not count if a source or a rendered file has changed since', async () => {
    const directory = await copied('bookinfo');
    appendFileSync(join(directory, 'rendered/member1/default/service_reviews.yaml'), '# edited\n');
    assert.equal(compiledFleet(await fleetIn(directory)), undefined);
    await compileDirectory(directory);
    assert.ok(compiledFleet(await fleetIn(directory)));
    appendFileSync(join(directory, 'templates/reviews.yaml'), '# edited\n');
    assert.equal(compiledFleet(await fleetIn(directory)), undefined);
  });

  it('counts if the files of bindings are read in another order than they were written', () => {
    const files = ['b', 'a'].map((name) => [`bindings/${name}.yaml`, name] as const);
    const [written, read] = [new Map(files), new Map(files.toReversed())];
    assert.equal(withBindings('sources', written), withBindings('sources', read));
  });
});
