import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '#model/object.ts';
import { command } from '#test/command.ts';
import { startFleet } from '#test/fleet.ts';
import { Api } from './api.ts';
import { bookinfo, examples } from './bookinfo-files.ts';
import { FleetRepo } from './fleet-repo.ts';

const members = ['member1', 'member2', 'mesh1'];
const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

describe('regatta sync of a mesh', () => {
  it('M5: never loads the Istio engine, with and without --compile', async () => {
    const repo = await FleetRepo.make();
    const fleet = await startFleet({ members });
    try {
      const mesh1 = new Api(fleet.kubeconfig, 'mesh1');
      const text = await readFile(join(examples, 'istio-crds.yaml'), 'utf8');
      for (const crd of loadAll(text) as readonly KubeObject[]) {
        await mesh1.apply(`${crds}/${crd.metadata.name}`, 'istio', crd);
      }
      const settings = await readFile(join(examples, 'bookinfo/regatta.yaml'), 'utf8');
      await repo.push({ ...(await bookinfo()), 'regatta.yaml': settings });
      const access = ['--kubeconfig', fleet.kubeconfig, '--state-dir', join(repo.directory, 's')];
      const once = ['sync', repo.url, '--once', '--no-wait', ...access];
      for (const more of [['--compile'], []]) {
        assert.deepEqual(await enginesOf(repo, ...once, ...more), []);
      }
      const routes = '/apis/networking.istio.io/v1alpha3/namespaces/default/virtualservices';
      assert.ok(await mesh1.get(`${routes}/bookinfo`));
      mesh1.close();
      // The commands that predict traffic do load it.
      const traffic = ['-C', join(examples, 'bookinfo'), 'traffic', 'shop.example.com/productpage'];
      assert.deepEqual(await enginesOf(repo, ...traffic), ['istio']);
    } finally {
      await fleet.close();
      await repo.remove();
    }
  });
});

/** Runs a command, which must succeed, and returns the engines that it reads. */
async function enginesOf(repo: FleetRepo, ...args: readonly string[]): Promise<readonly string[]> {
  const file = join(repo.directory, 'reads');
  const env = {
    ...process.env,
    ENGINE_READS: file,
    NODE_OPTIONS: `--import ${new URL('../engine-reads.ts', import.meta.url).href}`,
    XDG_CACHE_HOME: join(repo.directory, 'cache'),
  };
  await promisify(execFile)(process.execPath, [command, ...args], { env });
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}
