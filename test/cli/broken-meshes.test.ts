import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Diagnostic, formatDiagnostic } from '#model/diagnostic.ts';
import {
  caseNames,
  lintTemplates,
  soundFile,
  soundNames,
  templatesOf,
} from './broken-meshes/cases.ts';
import { lacking, tableRows } from './broken-meshes/comparison.ts';
import { recordedAnswers } from './broken-meshes/istioctl.ts';

const golden = join(import.meta.dirname, 'broken-meshes/lint.txt');
const docs = join(import.meta.dirname, '../../docs/mesh.md');
const isUpdate = process.env.UPDATE_GOLDEN === '1';

describe('lint of broken meshes', () => {
  let folder = '';
  let all: readonly Diagnostic[] = [];
  let found: ReadonlyMap<string, readonly Diagnostic[]> = new Map();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-broken-meshes-'));
    process.env.XDG_CACHE_HOME = join(folder, 'cache');
    // All cases are in one mesh, so that Istio's code starts once.
    all = await lintTemplates(folder, templatesOf(caseNames));
    found = Map.groupBy(all, ({ at }) => at.file.split('/')[1] ?? '');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('M4: lint finds what istioctl analyze or istioctl validate finds, at a line that is at least as good', () => {
    assert.deepEqual(lacking(recordedAnswers(), found), []);
  });

  it('M4: lint finds the fault of each broken configuration, with its code, position and hint', () => {
    const text = all.map((one) => `${formatDiagnostic(one)}\n`).join('');
    if (isUpdate) writeFileSync(golden, text);
    assert.equal(text, readFileSync(golden, 'utf8'));
    const without = caseNames.filter((name) => !found.has(name));
    assert.deepEqual(without, ['deployment-labels', 'gateway-credential']);
  });

  it('M4: docs/mesh.md compares istioctl and lint in all broken configurations', () => {
    const rows = tableRows(recordedAnswers(), found);
    const text = readFileSync(docs, 'utf8');
    const table = /^(\| fault .*\n\|[ |-]+\n)((?:\|.*\n)+)/m;
    const lines = rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
    if (isUpdate)
      writeFileSync(
        docs,
        text.replace(table, (_, head: string) => `${head}${lines}`),
      );
    const [, , body = ''] = table.exec(readFileSync(docs, 'utf8')) ?? [];
    const cellsOf = (line: string) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
    assert.deepEqual(body.trimEnd().split('\n').map(cellsOf), rows);
  });

  it('M4: lint reports nothing in sound configurations with the same features', async () => {
    const files = soundNames.map((name) => [`${name}.yaml`, soundFile(name)] as const);
    const diagnostics = await lintTemplates(folder, new Map(files));
    assert.deepEqual(diagnostics.map(formatDiagnostic), []);
  });
});
