/** Unusual kustomizations, with names, byte order marks and line endings that public ones lack. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { EnginePool } from '#io/engine/pool.ts';
import { assertSameText } from './differs.ts';
import { buildInMemory } from './kustomize-engine.ts';
import { kustomizeBuild } from './native.ts';
import { oddKustomizations } from './odd-kustomizations.ts';

const pool = new EnginePool({ workers: 1 });
after(() => pool.close());
const map =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map, labels: {a: b}}\ndata: {k: v}\n';

/** Files by path; the kustomization in `app` is built. */
const cases: Readonly<Record<string, Readonly<Record<string, string | Buffer>>>> = {
  'names with spaces, plus signs and letters beyond ASCII': {
    'app/kustomization.yaml': 'resources: ["../base +1/größe é.yaml"]\nnamePrefix: a-\n',
    'base +1/größe é.yaml': map,
  },
  'a folder with special characters in its name': {
    'app/kustomization.yaml': 'resources: ["../b@se=~,x"]\n',
    'b@se=~,x/kustomization.yaml': 'resources: [map.yaml]\nnameSuffix: -x\n',
    'b@se=~,x/map.yaml': map,
  },
  'byte order marks': {
    'app/kustomization.yaml':
      'resources: [map.yaml]\nconfigMapGenerator: [{name: g, files: [text.txt]}]\n',
    'app/map.yaml': `\ufeff${map}`,
    'app/text.txt': '\ufeffwith a mark\n',
  },
  'a kustomization with a byte order mark': {
    'app/kustomization.yaml': '\ufeffresources: [map.yaml]\n',
    'app/map.yaml': map,
  },
  'carriage returns': {
    'app/kustomization.yaml':
      'resources:\r\n- map.yaml\r\nconfigMapGenerator:\r\n- name: g\r\n  files: [text.txt]\r\n',
    'app/map.yaml': map.replaceAll('\n', '\r\n'),
    'app/text.txt': 'one\r\ntwo\r\n',
  },
  'bytes that are not UTF-8': {
    'app/kustomization.yaml': 'configMapGenerator: [{name: g, files: [bytes.bin]}]\n',
    'app/bytes.bin': Buffer.from([0, 255, 254, 10, 128]),
  },
  'strings that look like numbers, booleans and times': {
    'app/kustomization.yaml': 'resources: [map.yaml]\ncommonLabels: {on: "yes"}\n',
    'app/map.yaml': `${map.replace('{k: v}', '{a: "1e3", b: "0x1F", c: "012", d: "12:30", e: "null"}')}`,
  },
  'an empty document and comments': {
    'app/kustomization.yaml': 'resources: [map.yaml]\n',
    'app/map.yaml': `# first\n---\n---\n${map}---\n# last\n`,
  },
  'a generator with an environment file': {
    'app/kustomization.yaml': 'configMapGenerator: [{name: g, envs: [a.env]}]\n',
    'app/a.env': '# comment\nA=1\nB = two words\n\nC=\n',
  },
  'a merged anchor': {
    'app/kustomization.yaml': 'resources: [map.yaml]\nnamespace: n\n',
    'app/map.yaml':
      'x: &x {k: v}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {<<: *x, l: w}\n',
  },
};

describe('unusual kustomizations', () => {
  for (const [name, files] of Object.entries({ ...cases, ...oddKustomizations })) {
    it(`EN9: builds ${name} like Kustomize`, async () => {
      const root = mkdtempSync(join(tmpdir(), 'regatta-odd-'));
      try {
        for (const [path, content] of Object.entries(files)) {
          mkdirSync(dirname(join(root, path)), { recursive: true });
          writeFileSync(join(root, path), content);
        }
        const native = await kustomizeBuild(join(root, 'app'));
        const ours = await buildInMemory({ name, root, folder: 'app' }, pool);
        assert.equal(ours.type, native.type, JSON.stringify([native, ours]));
        if (native.type === 'printed' && ours.type === 'printed') {
          assertSameText(native.text, ours.text);
        }
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  }
});
