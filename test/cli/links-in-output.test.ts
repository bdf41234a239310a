import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { adopt } from '#cli/adopt/adopt.ts';
import { compileDirectory } from '#cli/fleet/compile.ts';
import { importFiles } from '#cli/fleet/import.ts';
import { initRepository } from '#cli/fleet/init.ts';
import { lockDirectory } from '#cli/fleet/lock.ts';
import { configMap, LinkedFleet } from '../linked-fleet.ts';

const allows = 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {network: Allow}\n';

describe('K7: Regatta writes through no symbolic link', () => {
  const fleet = new LinkedFleet();
  after(() => fleet.remove());
  beforeEach(() => {
    fleet.reset();
    fleet.write('../outside/file', 'as it was');
  });

  /** Asserts that no file outside of the repository has changed. */
  function assertUntouched(): void {
    assert.deepEqual(readdirSync(fleet.outside), ['file']);
    assert.equal(readFileSync(join(fleet.outside, 'file'), 'utf8'), 'as it was');
  }

  it('S06: compile --out does not write through a link', async () => {
    const out = join(fleet.folder, 'out');
    for (const link of ['rendered', 'bindings', 'rendered/member1']) {
      rmSync(out, { recursive: true, force: true });
      fleet.link(`../out/${link}`, fleet.outside);
      const { ok, diagnostics } = await compileDirectory(fleet.path, { out });
      assert.equal(ok, false);
      assert.deepEqual(
        diagnostics.map(({ code, at }) => `${at.file} ${code}`),
        [`${link} write/foreign-file`],
      );
      assertUntouched();
    }
  });

  it('lock does not write through a link', async () => {
    fleet.write('regatta.yaml', allows);
    fleet.link('regatta.lock', '../outside/file');
    await assert.rejects(lockDirectory(fleet.path, { update: true }), /regatta\.lock/);
    assertUntouched();
  });

  it('import and init do not write through a link', async () => {
    const file = join(fleet.folder, 'export.yaml');
    writeFileSync(file, readFileSync(join(fleet.path, 'policies/file.yaml')));
    for (const link of ['policies', 'clusters', 'templates']) {
      rmSync(fleet.path, { recursive: true });
      fleet.link(link, '../outside');
      assert.equal((await initRepository(fleet.path, 'none', undefined)).type, 'refused');
      await importFiles([file], fleet.path, { takeOver: true });
      assertUntouched();
    }
  });

  it('drift --adopt does not write through a link', async () => {
    rmSync(join(fleet.path, 'templates/file.yaml'));
    fleet.write('shared.yaml', configMap('plain', 'given'));
    fleet.link('templates/file.yaml', '../shared.yaml');
    assert.equal((await fleet.compile()).ok, true);
    const changes = [
      { path: 'data.value', pointer: '/data/value', desired: 'given', live: 'changed', by: 'eve' },
    ];
    const drift = { cluster: 'member1', key: '/ConfigMap/default/plain', deleted: false, changes };
    const [adoption] = await adopt(fleet.path, [
      drift as unknown as Parameters<typeof adopt>[1][0],
    ]);
    assert.match(adoption?.reason ?? '', /does not contain the field as a single value/);
    assert.match(readFileSync(join(fleet.path, 'shared.yaml'), 'utf8'), /given/);
    assert.ok(existsSync(join(fleet.path, 'templates/file.yaml')));
  });
});
