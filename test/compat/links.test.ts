/** Kustomizations whose folders are symbolic links: Kustomize continues at the target of a link. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { EnginePool } from '#io/engine/pool.ts';
import { buildInMemory } from './kustomize-engine.ts';
import { kustomizeBuild } from './native.ts';

const pool = new EnginePool({ workers: 1 });
after(() => pool.close());
const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const base = (name: string) => ({
  [`${name}/kustomization.yaml`]: 'resources: [map.yaml]\n',
  [`${name}/map.yaml`]: map(name.replaceAll('/', '-')),
});
const origins = 'buildMetadata: [originAnnotations]\n';

interface Case {
  readonly files: Readonly<Record<string, string>>;
  /** Targets by link. */
  readonly links: Readonly<Record<string, string>>;
}

/** The kustomization in `templates/app` is built. */
const cases: Readonly<Record<string, Case>> = {
  'the folder itself is a link, with a base beside its target': {
    files: { 'shared/app/kustomization.yaml': 'resources: [../base]\n', ...base('shared/base') },
    links: { 'templates/app': '../shared/app' },
  },
  'a folder above is a link, with a base beside its target': {
    files: {
      'shared/team/app/kustomization.yaml': 'resources: [../../base]\n',
      ...base('shared/base'),
    },
    links: { templates: 'shared/team' },
  },
  'a base of the same relative path lies beside the link, too': {
    files: {
      'shared/app/kustomization.yaml': `${origins}resources: [../base]\n`,
      ...base('shared/base'),
      ...base('templates/base'),
    },
    links: { 'templates/app': '../shared/app' },
  },
  'a resource is a link to a folder that refers to its neighbour': {
    files: {
      'templates/app/kustomization.yaml': 'namePrefix: a-\nresources:\n- "linked" # a comment\n',
      'shared/one/kustomization.yaml': 'resources: [../two]\nnameSuffix: -one\n',
      ...base('shared/two'),
      ...base('templates/two'),
    },
    links: { 'templates/app/linked': '../../shared/one' },
  },
  'a resource is a link to a folder that needs nothing else': {
    files: {
      'templates/app/kustomization.yaml': `${origins}resources: [linked]\n`,
      ...base('shared/one'),
    },
    links: { 'templates/app/linked': '../../shared/one' },
  },
  'links lead to links, and paths lead through them': {
    files: {
      'templates/app/kustomization.yaml': "resources: ['linked/inner', ./linked/other]\n",
      'shared/one/inner/kustomization.yaml': 'resources: [../../two]\n',
      ...base('shared/two'),
      ...base('elsewhere/three'),
    },
    links: {
      'templates/app/linked': '../link',
      'templates/link': '../shared/one',
      'shared/one/other': '../../elsewhere/three',
    },
  },
  'a component is a link to a folder that refers to its neighbour': {
    files: {
      'templates/app/kustomization.yaml': 'resources: [map.yaml]\ncomponents: [linked]\n',
      'templates/app/map.yaml': map('own'),
      'shared/one/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\nresources: [../two]\n',
      ...base('shared/two'),
    },
    links: { 'templates/app/linked': '../../shared/one' },
  },
  'the folder of a base lies only beside the link': {
    files: { 'shared/app/kustomization.yaml': 'resources: [../base]\n', ...base('templates/base') },
    links: { 'templates/app': '../shared/app' },
  },
  'the target includes the folder of the link': {
    files: {
      'templates/app/kustomization.yaml': 'resources: [linked]\n',
      'shared/one/kustomization.yaml': 'resources: [../../templates/app]\n',
    },
    links: { 'templates/app/linked': '../../shared/one' },
  },
};

describe('kustomizations behind links', () => {
  for (const [name, { files, links }] of Object.entries(cases)) {
    it(`EN12: builds as Kustomize does if ${name}`, async () => {
      const root = mkdtempSync(join(tmpdir(), 'regatta-links-'));
      const place = (path: string) => {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        return join(root, path);
      };
      try {
        for (const [path, text] of Object.entries(files)) writeFileSync(place(path), text);
        for (const [path, target] of Object.entries(links)) symlinkSync(target, place(path));
        const native = await kustomizeBuild(join(root, 'templates/app'));
        const ours = await buildInMemory({ name, root, folder: 'templates/app' }, pool);
        assert.equal(ours.type, native.type, JSON.stringify([native, ours]));
        if (native.type === 'printed') assert.deepEqual(ours, native);
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  }
});
