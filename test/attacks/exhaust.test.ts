/** Builds that exhaust the machine or spy on other builds, next to harmless builds. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { buildsFor } from '#compiler/build/needed.ts';
import { compile } from '#compiler/compile.ts';
import { runBuilds } from '#io/engine/builds.ts';
import { EnginePool } from '#io/engine/pool.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';

const cluster = `apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: {name: one}
spec: {syncMode: Push}
`;
const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\n';

function chart(name: string, template: string, more: FileMap = new Map()): FileMap {
  return new Map([
    [`templates/${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`],
    [`templates/${name}/templates/map.yaml`, `${map}data:\n  text: ${template}\n`],
    ...[...more].map(([path, text]) => [`templates/${name}/${path}`, text] as const),
  ]);
}

function kustomization(name: string, text: string, resource = map): FileMap {
  return new Map([
    [`templates/${name}/kustomization.yaml`, text],
    [`templates/${name}/map.yaml`, resource],
  ]);
}

/** Runs all builds of a repository and returns the diagnostics and plan of the compile. */
async function compiled(pool: EnginePool, ...parts: readonly FileMap[]) {
  const files: FileMap = new Map([
    ['clusters/one.yaml', cluster],
    ...parts.flatMap((part) => [...part]),
  ]);
  const { builds } = buildsFor(files);
  const results = await runBuilds(builds, files, { memory: 'none', pool });
  const { diagnostics, plan } = compile(files, new Map(), { profile: 'regatta', builds: results });
  const types = builds.map((build) => {
    const folder = build.type === 'helm' ? build.chart : build.directory;
    return [folder, results.get(JSON.stringify(build))?.type] as const;
  });
  return {
    said: diagnostics.map((one) => formatDiagnostic(one)).join('\n'),
    types: new Map(types),
    plan,
  };
}

/** Lists of ten aliases, each of the list before it. */
const bomb = Array.from({ length: 12 }, (_, level) => {
  const items = Array.from({ length: 10 }, () => (level === 0 ? 'x' : `*a${level - 1}`));
  return `  a${level}: &a${level} [${items.join(', ')}]\n`;
}).join('');

const endless =
  '{{ range until 9999 }}{{ range until 9999 }}{{ range until 9999 }}{{ end }}{{ end }}{{ end }}';
const doubling =
  '{{ $t := "0123456789" }}{{ range until 40 }}{{ $t = print $t $t }}{{ end }}{{ $t | len }}';
const nested = '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}';

describe('builds that exhaust the machine', () => {
  const pool = new EnginePool({ workers: 2, processorMs: 4_000 });
  after(() => pool.close());

  it('EN4: each exhausting build fails with its own code and name, and the other builds continue', async () => {
    const { said, types } = await compiled(
      pool,
      chart('endless', endless),
      chart('doubling', doubling),
      chart('nested', nested),
      kustomization('aliases', 'resources: [map.yaml]\nnamePrefix: a-', `${map}data:\n${bomb}`),
      chart('well', 'well'),
      kustomization('good', 'resources: [map.yaml]\nnamePrefix: a-'),
    );
    assert.match(said, /templates\/endless\S* error build\/too-slow: .*endless/);
    assert.match(said, /templates\/doubling\S* error build\/too-large: .*doubling/);
    assert.match(said, /templates\/nested\S* error build\/(failed|too-deep): .*nested/);
    assert.match(said, /templates\/aliases\S* error build\/too-slow: .*aliases/);
    assert.doesNotMatch(said, /templates\/(well|good)/);
    assert.equal(types.get('templates/well'), 'rendered');
    assert.equal(types.get('templates/good'), 'kustomized');
  });

  it('K20: a chart in which many links lead to a large file is too large, and other builds continue', async () => {
    const text = 'x'.repeat(8 * 1024 ** 2);
    const links = Array.from({ length: 40 }, (_, i) => [`files/link${i}`, text] as const);
    const { said, types } = await compiled(
      pool,
      chart('links', 'x', new Map(links)),
      chart('b', 'x'),
    );
    assert.match(said, /build\/too-large: chart templates\/links has files of more than 256 MiB/);
    assert.equal(types.get('templates/b'), 'rendered');
  });
});

describe('builds that spy on other builds', () => {
  const pool = new EnginePool({ workers: 1 });
  after(() => pool.close());
  const secret = 'canary-of-the-first-build';
  const spy = chart('spy', '{{ .Files.Glob "**" | toJson | quote }}');
  const caller = chart('caller', '{{ include "first.secret" . }}');
  const copy = kustomization(
    'copy',
    'configMapGenerator: [{name: a, files: [/repository/templates/first/secret.txt]}]',
  );

  it('EN4: a chart cannot read files or templates of an earlier build in the same instance', async () => {
    const first = chart(
      'first',
      '{{ .Files.Get "secret.txt" }}',
      new Map([
        ['secret.txt', secret],
        ['templates/_secret.tpl', `{{ define "first.secret" }}${secret}{{ end }}`],
      ]),
    );
    const alone = await compiled(new EnginePool({ workers: 1 }), spy);
    assert.doesNotMatch((await compiled(pool, first)).said, /error build/);
    const after = await compiled(pool, spy);
    assert.deepEqual(after.said, alone.said);
    assert.ok(!JSON.stringify([...after.plan.write]).includes(secret));
    assert.match((await compiled(pool, caller)).said, /no template "first.secret"|not defined/);
  });

  it('EN4: a kustomization cannot read files of an earlier build in the same instance', async () => {
    const first = kustomization(
      'first',
      'configMapGenerator: [{name: a, files: [map.yaml]}]',
      secret,
    );
    await compiled(pool, first);
    const { said } = await compiled(pool, copy);
    assert.match(said, /templates\/copy\S* error build\/failed/);
    assert.ok(!said.includes(secret));
  });
});
