import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { FetchBed, secret } from '../fetch-bed.ts';
import { type Access, helm, RegistryProcess } from './registry-process.ts';
import { buildTool } from './tools.ts';

const version = '1.2.0+build.7';

describe('EN17: charts that Helm has pushed to a registry', () => {
  const bed = new FetchBed();
  const folder = mkdtempSync(join(tmpdir(), 'regatta-registry-'));
  let program = '';
  let digest = '';
  let registry: RegistryProcess | undefined;
  before(async () => {
    // Build first: FetchBed replaces the environment, and Go needs its cache.
    program = buildTool('registry');
    await helm(folder, 'create', 'web');
    await helm(folder, 'package', 'web', '--version', version);
    digest = hash('sha256', readFileSync(join(folder, `web-${version}.tgz`)));
  });
  beforeEach(() => bed.begin());
  afterEach(async () => {
    await registry?.stop();
    registry = undefined;
    await bed.end();
  });
  after(() => {
    bed.remove();
    rmSync(folder, { recursive: true });
  });

  /** Starts a registry and pushes the chart to it with Helm, with a login if the registry requires one. */
  async function pushed(access: Access): Promise<RegistryProcess> {
    const place = mkdtempSync(join(folder, 'place-'));
    registry = await RegistryProcess.start(program, { folder: place, access });
    const { host } = registry;
    if (access !== 'nothing') {
      const login = ['--username', 'eve', '--password', secret, '--plain-http'];
      await helm(folder, 'registry', 'login', host, ...login);
    }
    await helm(folder, 'push', `web-${version}.tgz`, `oci://${host}/team/charts`, '--plain-http');
    return registry;
  }

  for (const access of ['nothing', 'password', 'token'] as const) {
    it(`EN17: fetches a chart from a registry that requires ${access}`, async () => {
      const { host } = await pushed(access);
      assert.equal(await bed.pull(`oci://${host}/team/charts`, version), digest);
      assert.equal(
        await bed.pull(`oci://${host}/team/charts`, '1.2.1'),
        'the registry has no team/charts/web:1.2.1',
      );
    });
  }

  for (const access of ['password', 'token'] as const) {
    it(`EN17: fetches no chart without the login from a registry that requires a ${access}`, async () => {
      const { host } = await pushed(access);
      bed.begin();
      const hint = `the registry answered 401: log in with helm registry login ${host}`;
      assert.equal(await bed.pull(`oci://${host}/team/charts`, version), hint);
      mkdirSync(join(bed.home, '.docker'));
      const auth = Buffer.from('eve:wrong').toString('base64');
      const file = JSON.stringify({ auths: { [host]: { auth } } });
      writeFileSync(join(bed.home, '.docker/config.json'), file);
      assert.equal(await bed.pull(`oci://${host}/team/charts`, version), hint);
    });
  }
});
