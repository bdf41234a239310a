import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadAll } from 'js-yaml';
import { syncCommandWith } from '#cli/commands/sync.ts';
import { compileLimits } from '#cli/options/compile-limits.ts';
import type { SyncRun } from '#cli/run/sync.ts';
import { bytesOf, containerOf } from '#test/shipped.ts';

describe('deploy/sync/syncer.yaml', () => {
  const { args, memory, heap } = containerOf('sync/syncer.yaml');

  it('K19: gives a compile 1 GiB, and leaves more than a third of 2 GiB to the syncer', () => {
    assert.equal(memory, bytesOf('2Gi'));
    const { bytes } = compileLimits({}, memory);
    assert.equal(bytes, bytesOf('1Gi'));
    assert.ok(heap < (memory - bytes) / 2);
  });

  it('K19: starts a syncer that compiles', async () => {
    const [verb, ...flags] = args;
    assert.equal(verb, 'sync');
    const runs: SyncRun[] = [];
    const command = syncCommandWith(async (run) => void runs.push(run)).exitOverride();
    await command.parseAsync(flags, { from: 'user' });
    assert.equal(runs[0]?.repo, 'https://git.example.com/fleet.git');
    assert.notEqual(runs[0]?.compile, undefined);
  });

  it('K19: runs under the Pod Security level of the agent, with the same restrictions', () => {
    const restrictions = (file: string) => {
      const text = readFileSync(join(import.meta.dirname, '../../deploy', file), 'utf8');
      const [{ spec }] = loadAll(text) as [{ spec: { template: { spec: PodRestrictions } } }];
      const { securityContext, containers } = spec.template.spec;
      return [securityContext, containers.map((container) => container.securityContext)];
    };
    assert.deepEqual(restrictions('sync/syncer.yaml'), restrictions('3-agent.yaml'));
  });
});

interface PodRestrictions {
  readonly securityContext: object;
  readonly containers: readonly { readonly securityContext: object }[];
}
