import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tableProblems } from '../../scripts/build/dependency-table.ts';

describe('The build compares docs/dependencies.md with the bundle', () => {
  let root: string;

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'regatta-dependencies-'));
    mkdirSync(join(root, 'docs'));
    mkdirSync(join(root, 'packages/sandbox'), { recursive: true });
    const manifest = { devDependencies: { pino: '1.0.0', undici: '1.0.0', knip: '1.0.0' } };
    writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(root, 'packages/sandbox/package.json'), '{}');
    writeFileSync(
      join(root, 'docs/dependencies.md'),
      '# Dependencies\n\n| package |\n| --- |\n| `pino` |\n| `ajv` |\n\n| tool |\n| --- |\n| `knip` |\n',
    );
  });
  after(() => rmSync(root, { recursive: true }));

  it('reports a bundled package that the table lacks, and a listed one that is not bundled', () => {
    const bundled = ['pino', 'undici', 'quick-format-unescaped'].map((name) => ({
      name,
      version: '1.0.0',
      license: 'MIT',
      purl: `pkg:npm/${name}@1.0.0`,
      texts: [],
    }));
    assert.deepEqual(tableProblems(root, bundled), [
      'docs/dependencies.md lacks undici, which the bundle contains',
      'docs/dependencies.md lists ajv, which the bundle does not contain',
    ]);
  });
});
