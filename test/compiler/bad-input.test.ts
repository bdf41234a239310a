import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compile } from '#compiler/compile.ts';
import { changeFiles, readFiles } from '#io/files/files.ts';

const cluster = 'apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: m1}\n';
const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}]
  placement: {clusterAffinity: {clusterNames: [m1]}}
`;
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const sound = { 'clusters/m1.yaml': cluster, 'policies/p.yaml': policy };
const rendered = 'rendered/m1/default/configmap_a.yaml';

/** Unusual but valid templates, and the rendered lines below their metadata. */
const read: Readonly<Record<string, readonly [template: string | Buffer, body: string]>> = {
  'a byte order mark': [`\uFEFF${configMap}data: {k: v}\n`, 'data:\n  k: v\n'],
  'Windows line endings': [
    `${configMap}data:\n  k: |\n    a\n    b\n`.replaceAll('\n', '\r\n'),
    'data:\n  k: |\n    a\n    b\n',
  ],
  'YAML 1.1 booleans': [
    `${configMap}a: yes\nb: off\nc: "yes"\nd: True\n`,
    'a: true\nb: false\nc: "yes"\nd: true\n',
  ],
  'YAML 1.1 numbers': [
    `${configMap}a: 0644\nb: 0x1F\nc: 1_000\nd: 1:30\ne: 2024-01-01\nf: 1e3\n`,
    'a: 420\nb: 31\nc: 1000\nd: "1:30"\ne: "2024-01-01"\nf: 1000\n',
  ],
  'anchors, aliases and merge keys': [
    `${configMap}a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n  z: 2\n`,
    'a:\n  x: 1\nb:\n  x: 1\nc:\n  x: 1\n  z: 2\n',
  ],
  'several documents, some of them empty': [`---\n# none\n---\n${configMap}a: 1\n---\n`, 'a: 1\n'],
  'a List': [
    `apiVersion: v1\nkind: List\nitems:\n- ${configMap.replaceAll('\n', '\n  ')}a: 1\n`,
    'a: 1\n',
  ],
  'a tag of another language': [`${configMap}a: !!python/object x\n`, 'a: x\n'],
  'a number that a double cannot hold': [
    `${configMap}a: 9007199254740993\n`,
    'a: 9007199254740993\n',
  ],
  JSON: ['{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"a":1}', 'a: 1\n'],
  'a file of 10 MB': [`${configMap}a: "${'x'.repeat(10 * 1024 * 1024)}"\n`, ''],
};

const bomb = Array.from({ length: 9 }, (_, level) => {
  const item = level === 0 ? 'x' : `*l${level - 1}`;
  return `l${level}: &l${level} [${Array(10).fill(item).join(',')}]`;
}).join('\n');

/** Invalid templates, and the position and code of their diagnostic. */
const refused: Readonly<Record<string, readonly [template: string | Buffer, diagnostic: string]>> =
  {
    'a duplicate object': [`${configMap}---\n${configMap}`, '5:1 parse/duplicate-object'],
    'a duplicate key': [`${configMap}a: 1\na: 2\n`, '5:1 parse/duplicate-key'],
    'a tab as indentation': [`${configMap}data:\n\tk: v\n`, '5:1 parse/invalid-yaml'],
    'a missing anchor': [`${configMap}a: *none\n`, '4:4 parse/invalid-yaml'],
    'a zero byte': [`${configMap}a: "x\0y"\n`, '4:6 parse/invalid-yaml'],
    'aliases that expand to millions of nodes': [`${configMap}${bomb}\n`, '1:1 parse/too-large'],
    'an alias inside itself': [`${configMap}a: &a\n  x: *a\n`, '5:6 parse/invalid-yaml'],
    'thousands of open brackets': [
      `${configMap}a: ${'['.repeat(20_000)}\n`,
      '4:203 parse/invalid-yaml',
    ],
    'Latin-1': [Buffer.from(`${configMap}a: é\n`, 'latin1'), '1:1 read/unreadable'],
    'UTF-16': [Buffer.from(`\uFEFF${configMap}`, 'utf16le'), '1:1 read/unreadable'],
    'a number that JSON cannot hold': [`${configMap}a: -.inf\n`, '4:4 parse/number-out-of-range'],
    'a text instead of an object': ['hello\n', '1:1 parse/not-an-object'],
    'a text behind a byte order mark': ['\uFEFFhello\n', '1:1 parse/not-an-object'],
    'a missing anchor behind a byte order mark': [
      '\uFEFFapiVersion: *none\n',
      '1:13 parse/invalid-yaml',
    ],
    'a name that is a path': [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ../../a}\n',
      '3:18 parse/invalid-value',
    ],
    'a namespace that is a path': [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: ../b}\n',
      '3:32 parse/invalid-value',
    ],
    'no name': ['apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n', '3:11 parse/missing-field'],
    'a number as name': [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 1}\n',
      '3:18 parse/invalid-value',
    ],
  };

describe('unusual input', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-input-'));
    await changeFiles(folder, { write: new Map(Object.entries(sound)), remove: [] });
    await changeFiles(folder, { write: new Map([['templates/t.yaml', '']]), remove: [] });
  });
  after(() => rm(folder, { recursive: true }));

  for (const [what, [template, body]] of Object.entries(read)) {
    it(`reads ${what} as kubectl does`, async () => {
      const { ok, diagnostics, plan } = await compileTemplate(template);
      assert.ok(ok, JSON.stringify(diagnostics));
      const text = plan.write.get(rendered) ?? '';
      const from = text.indexOf('namespace: default\n');
      assert.ok(from > 0, text.slice(0, 200));
      if (body !== '') assert.equal(text.slice(from + 'namespace: default\n'.length), body);
    });
  }

  for (const [what, [template, diagnostic]] of Object.entries(refused)) {
    it(`reports ${what} with its position`, async () => {
      const { ok, diagnostics, plan } = await compileTemplate(template);
      assert.equal(ok, false);
      assert.deepEqual(
        diagnostics.map(
          ({ at: { file, line, column }, code }) => `${file}:${line}:${column} ${code}`,
        ),
        [`templates/t.yaml:${diagnostic}`],
      );
      assert.equal(plan.write.size + plan.remove.length, 0);
    });
  }

  it('K7: reports a symbolic link out of the repository and does not follow it', async () => {
    const links = { 'templates/link.yaml': '/etc/hostname', 'templates/linked': '/etc' };
    for (const [link, target] of Object.entries(links)) await symlink(target, join(folder, link));
    const { diagnostics } = await compileTemplate(configMap);
    for (const link of Object.keys(links)) await rm(join(folder, link));
    assert.deepEqual(
      diagnostics.map(({ at: { file }, code }) => `${file} ${code}`),
      ['templates/link.yaml build/outside', 'templates/linked build/outside'],
    );
  });

  it('K7: follows a source folder that links to another folder of the repository', async () => {
    await rename(join(folder, 'policies'), join(folder, 'elsewhere'));
    await symlink('elsewhere', join(folder, 'policies'));
    const { diagnostics } = await compileTemplate(configMap);
    await rm(join(folder, 'policies'));
    await rename(join(folder, 'elsewhere'), join(folder, 'policies'));
    assert.deepEqual(
      diagnostics.map(({ at: { file }, code }) => `${file} ${code}`),
      [],
    );
  });

  async function compileTemplate(template: string | Buffer) {
    await writeFile(join(folder, 'templates/t.yaml'), template);
    return compile(readFiles(folder, ['clusters', 'policies', 'templates']), new Map());
  }
});
