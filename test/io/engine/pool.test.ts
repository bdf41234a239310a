import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadEngine } from '#io/engine/artifacts.ts';
import type { EngineCall, EngineResult } from '#io/engine/call.ts';
import { EnginePool } from '#io/engine/pool.ts';
import { until } from '#test/until.ts';
import { badEngine } from './module.ts';

/** A build of one object, whose name identifies the answer. */
function kustomization(name: string): EngineCall {
  const files = {
    '/app/kustomization.yaml': `namePrefix: ${name}-\nresources: [map.yaml]\n`,
    '/app/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\n',
  };
  return { engine: 'kustomize', name, request: { root: '/app', files } };
}

function answerOf(result: EngineResult): string {
  assert.equal(result.type, 'answered', JSON.stringify(result));
  return JSON.stringify(result.answer);
}

describe('EnginePool', () => {
  it('EN4: a result is the same alone, repeated, and after 50 other builds', async () => {
    const pool = new EnginePool({ workers: 1 });
    const alone = answerOf(await pool.run(kustomization('web')));
    const second = answerOf(await pool.run(kustomization('web')));
    const others = Array.from({ length: 50 }, (_, index) => pool.run(kustomization(`o${index}`)));
    for (const [index, other] of (await Promise.all(others)).entries()) {
      assert.match(answerOf(other), new RegExp(`o${index}-map`));
    }
    const last = answerOf(await pool.run(kustomization('web')));
    assert.match(alone, /web-map/);
    assert.deepEqual([second, last], [alone, alone]);
    await pool.close();
  });

  it('EN4: it never exceeds its number of threads, and stops unused ones', async () => {
    const pool = new EnginePool({ workers: 2, idleMs: 20 });
    const all = Promise.all(['a', 'b', 'c', 'd'].map((name) => pool.run(kustomization(name))));
    assert.equal(pool.size, 2);
    for (const result of await all) answerOf(result);
    await until('no thread', async () => pool.size === 0);
    assert.match(answerOf(await pool.run(kustomization('later'))), /later-map/);
    await pool.close();
  });

  it('EN4: a build that exceeds its processor time is too slow, and other builds continue', async () => {
    const endless = await badEngine('loopForever');
    const pool = new EnginePool({ workers: 2, processorMs: 400, load: loadWith(endless) });
    const slow = pool.run({ engine: 'helm', name: 'chart endless', request: {} });
    assert.match(answerOf(await pool.run(kustomization('web'))), /web-map/);
    const result = await slow;
    assert.equal(result.type, 'failed');
    assert.equal(result.fault, 'too-slow');
    assert.match(result.message, /^chart endless takes more processor time/);
    assert.match(answerOf(await pool.run(kustomization('after'))), /after-map/);
    await pool.close();
  });

  it('EN5: a build beyond a limit is not repeated while its inputs are the same', async () => {
    const endless = await badEngine('loopForever');
    const pool = new EnginePool({ workers: 1, processorMs: 400, load: loadWith(endless) });
    const call = { engine: 'helm', name: 'chart endless', request: { values: {} } } as const;
    const first = await pool.run(call);
    assert.ok(first.type === 'failed' && first.fault === 'too-slow');
    const before = process.cpuUsage();
    assert.deepEqual(await pool.run(call), first);
    const renamed = await pool.run({ ...call, name: 'chart b' });
    assert.ok(renamed.type === 'failed' && renamed.message.startsWith('chart b takes more'));
    const { user } = process.cpuUsage(before);
    assert.ok(user < 300_000, `${user} µs`);
    const changed = await pool.run({ ...call, request: { values: { a: 1 } } });
    assert.ok(changed.type === 'failed' && changed.fault === 'too-slow');
    assert.ok(process.cpuUsage(before).user > 400_000, 'a changed build runs');
    await pool.close();
  });

  it('EN4: a build that overflows the stack is too deep, and its thread is replaced', async () => {
    const deep = await badEngine('callItself');
    const pool = new EnginePool({ workers: 1, load: loadWith(deep) });
    const result = await pool.run({ engine: 'helm', name: 'chart deep', request: {} });
    assert.equal(result.type, 'failed');
    assert.equal(result.fault, 'too-deep');
    assert.match(answerOf(await pool.run(kustomization('web'))), /web-map/);
    await pool.close();
  });

  it('EN4: a build that exceeds the memory of an engine is too large', async () => {
    const pool = new EnginePool({ workers: 1 });
    const keys = Array.from({ length: 100 }, (_, index) => `k${index}=large`);
    const generator = { name: 'large', files: keys };
    const files = {
      '/app/kustomization.yaml': JSON.stringify({ configMapGenerator: [generator] }),
      '/app/large': 'x'.repeat(16 * 1024 * 1024),
    };
    const request = { root: '/app', files };
    const result = await pool.run({ engine: 'kustomize', name: 'kustomization large', request });
    assert.equal(result.type, 'failed');
    assert.equal(result.fault, 'too-large', result.message);
    assert.match(answerOf(await pool.run(kustomization('web'))), /web-map/);
    await pool.close();
  });

  it('EN4: an engine that exits fails only its request', async () => {
    const trapped = await badEngine('trap');
    const pool = new EnginePool({ workers: 1, load: loadWith(trapped) });
    const result = await pool.run({ engine: 'helm', name: 'chart web', request: {} });
    assert.equal(result.type, 'failed');
    assert.equal(result.fault, 'crashed');
    assert.match(answerOf(await pool.run(kustomization('web'))), /web-map/);
    await pool.close();
  });

  it('EN4: a prepared thread answers the first call, also after an example that fails', async () => {
    const load = () => Promise.reject(new Error('the pool loads nothing'));
    for (const example of [{ root: '/app', files: {} }, 'no request']) {
      const pool = new EnginePool({ workers: 2, load });
      pool.prepare('kustomize', example);
      pool.prepare('kustomize', example);
      assert.match(answerOf(await pool.run(kustomization('web'))), /web-map/);
      assert.equal(pool.size, 1);
      await pool.close();
    }
  });

  it('EN4: an engine that cannot be loaded is reported as a broken installation', async () => {
    const load = () => Promise.reject(new Error('manifest.json has no engine helm'));
    const pool = new EnginePool({ workers: 1, load });
    await assert.rejects(pool.run({ engine: 'helm', name: 'x', request: {} }), /has no engine/);
    await assert.rejects(pool.run({ engine: 'helm', name: 'x', request: {} }), /has no engine/);
    await pool.close();
  });
});

/** Loads the real Kustomize, and another module in place of Helm. */
function loadWith(module: WebAssembly.Module): typeof loadEngine {
  return (engine) => (engine === 'helm' ? Promise.resolve(module) : loadEngine(engine));
}
