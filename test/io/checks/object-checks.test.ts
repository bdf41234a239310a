import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ObjectChecks } from '#io/checks/object-checks.ts';
import type { CheckRequest } from '#model/object-check.ts';

const request: CheckRequest = {
  release: '1.37',
  definitions: [],
  policies: [],
  namespaces: {},
  checks: [
    {
      id: 'port',
      object: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { ports: [{ port: 80000 }] },
      },
    },
  ],
};

describe('ObjectChecks', () => {
  const saved = process.env.XDG_CACHE_HOME;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-checks-'));
    process.env.XDG_CACHE_HOME = folder;
  });
  after(async () => {
    if (saved === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = saved;
    await rm(folder, { recursive: true });
  });

  it('EN23: reports a lack of memory, and loads no engine, in a process with 512 MiB of memory', async () => {
    const checks = new ObjectChecks(folder, { memory: 512 * 1024 * 1024 });
    assert.deepEqual(await checks.run([request]), {
      type: 'unavailable',
      reason: 'Kubernetes’ own checks need 768 MiB of memory, and this process may use 512 MiB',
    });
  });

  it('EN23: caches results, so that the next run needs no engine', async () => {
    const first = await new ObjectChecks(folder).run([request]);
    assert.match(JSON.stringify([...Object(first).answers]), /must be between 1 and 65535/);
    const second = await new ObjectChecks(folder, { memory: 0 }).run([request]);
    assert.deepEqual(second, first);
  });
});
