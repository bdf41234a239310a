/** Tests the diagnostics of builds that exceed the limits of the engine. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildsFor } from '#compiler/build/needed.ts';
import { compile } from '#compiler/compile.ts';
import { runBuilds } from '#io/engine/builds.ts';
import { EnginePool } from '#io/engine/pool.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { badEngine } from '../io/engine/module.ts';

/** Returns the diagnostics of a compile whose builds run in the given pool. */
async function report(kustomization: string, pool: EnginePool, more: FileMap = new Map()) {
  const path = 'templates/app/kustomization.yaml';
  const files: FileMap = new Map([['regatta.yaml', ''], [path, kustomization], ...more]);
  const { builds } = buildsFor(files);
  const results = await runBuilds(builds, files, { memory: 'none', pool });
  await pool.close();
  const { diagnostics } = compile(files, new Map(), { profile: 'regatta', builds: results });
  return diagnostics.map((one) => formatDiagnostic(one)).join('\n');
}

describe('builds beyond their limits', () => {
  it('EN4: a build with aliases of aliases ends at the limit of processor time', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const items = Array.from({ length: 10 }, () => (level === 0 ? 'x' : `*a${level - 1}`));
      return `  a${level}: &a${level} [${items.join(', ')}]\n`;
    });
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n${levels.join('')}`;
    const more = new Map([['templates/app/map.yaml', map]]);
    const pool = new EnginePool({ workers: 1, processorMs: 1500 });
    const text = await report('resources: [map.yaml]', pool, more);
    const start =
      'templates/app/kustomization.yaml:1:1: error build/too-slow: kustomization templates/app takes more processor time';
    assert.ok(text.includes(start), text);
  });

  it('EN4: a build that needs more memory than an engine has is reported', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => `k${index}=large`);
    const generators = { configMapGenerator: [{ name: 'large', files: keys }] };
    const more = new Map([['templates/app/large', 'x'.repeat(16 * 1024 * 1024)]]);
    const text = await report(JSON.stringify(generators), new EnginePool({ workers: 1 }), more);
    const start = 'error build/too-large: kustomization templates/app needs more memory';
    assert.ok(text.includes(start), text);
  });

  it('EN4: a build whose engine overflows its stack is reported', async () => {
    const load = () => badEngine('callItself');
    const text = await report('namePrefix: a-', new EnginePool({ workers: 1, load }));
    const start = 'error build/too-deep: kustomization templates/app is nested too deeply';
    assert.ok(text.includes(start), text);
  });
});
