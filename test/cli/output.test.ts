import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { formatFindings } from '#cli/lint/format.ts';
import { formatAdoption, formatDrifts } from '#cli/print/drift.ts';
import { formatEvent } from '#cli/print/events.ts';
import { linesTo } from '#cli/print/line-writer.ts';
import { formatStatus } from '#cli/print/status.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import type { SyncStatus } from '#syncer/status/status.ts';
import { command } from '../command.ts';
import { commandsTerminal } from '../terminal.ts';

/** Clears a screen, forges a line and a workflow command, links, reorders, and ends a line in every way. */
const hostile =
  'x\n::error::forged\r##[add-mask]y\u001b[2J\u001b]8;;http://e.example\u0007z\u009b1m\u202e\u2028\u2066\t\u0085';

const at = { file: hostile, line: 1, column: 1 };
const fault: Diagnostic = {
  code: 'parse/invalid-value',
  severity: 'error',
  message: hostile,
  at,
  related: [{ at, message: hostile }],
  hint: hostile,
};
const key = `v1/ConfigMap/${hostile}/${hostile}` as const;
const change = {
  path: hostile,
  desired: hostile,
  live: hostile,
  manager: hostile,
  operation: hostile,
  time: hostile,
};

const events = [
  { type: 'object', cluster: hostile, key, result: 'failed', message: hostile },
  { type: 'drift', cluster: hostile, key, deleted: false, changes: [change] },
  { type: 'health', cluster: hostile, key, status: 'Failed', message: hostile },
  { type: 'synced', cluster: hostile, commit: hostile, counts: { created: 1 }, ms: 1 },
  { type: 'refused', cluster: hostile, reason: hostile },
  { type: 'former', cluster: hostile, objects: 1 },
  { type: 'trouble', cluster: hostile, reason: hostile },
  { type: 'source-trouble', repository: hostile, reason: hostile },
  { type: 'source-recovered', repository: hostile, ms: 1 },
  { type: 'rejected-commit', commit: hostile, diagnostics: [fault] },
  { type: 'commit-warnings', commit: hostile, diagnostics: [fault] },
  { type: 'published', source: hostile, commit: hostile },
] as unknown as readonly SyncEvent[];

const status = {
  ...{ cluster: hostile, desired: hostile, applied: hostile, sync: 'synced', error: hostile },
  ...{ lastSeen: hostile, objects: 1, ready: 0 },
  unready: [{ key, status: 'Failed', message: hostile }],
  drift: [{ key, deleted: false, changes: [change] }],
  pending: [{ key, message: hostile }],
  held: [{ key, message: hostile }],
  orphans: [key],
  suspended: [key],
  holder: { name: hostile, renewed: hostile },
  ...{ notRendered: hostile, kept: hostile },
} as unknown as SyncStatus;

const drift = { cluster: hostile, key, deleted: false, changes: [change], rules: [] };
const adoption = { key, path: hostile, clusters: [hostile], at: hostile, reason: hostile };

function printed(lines: readonly string[]): readonly string[] {
  const written: string[] = [];
  const { print, flush } = linesTo({ write: (text) => written.push(String(text)) > 0 });
  print(lines);
  flush();
  return written.join('').split('\n').slice(0, -1);
}

function assertHarmless(lines: readonly string[], name: string): void {
  for (const line of lines) {
    assert.ok(!commandsTerminal(line), `${name}: ${JSON.stringify(line)}`);
    assert.doesNotMatch(line, /^\s*::|##\w*\[/, name);
  }
}

describe('output for terminals', () => {
  it('K43: S15: no event, status, drift or finding commands the terminal or forges a line', () => {
    const texts: Readonly<Record<string, readonly string[]>> = {
      ...Object.fromEntries(events.map((event) => [event.type, formatEvent(event)])),
      json: events.map((event) => JSON.stringify(event)),
      status: formatStatus([status], { wide: true, branch: hostile }),
      drift: formatDrifts([drift] as never),
      adoption: [formatAdoption(adoption as never)],
    };
    for (const [name, lines] of Object.entries(texts)) {
      assert.equal(printed(lines).length, lines.length, name);
      assertHarmless(printed(lines), name);
    }
    assertHarmless(
      formatFindings({ diagnostics: [fault], accepted: [] }, { format: 'text' }).split('\n'),
      'lint',
    );
  });

  it('K43: only the functions of cli/print/output.ts and the log write to the standard streams', async () => {
    const root = join(import.meta.dirname, '../..');
    const writers: string[] = [];
    for await (const file of glob('{cli,compiler,io,model,review,syncer}/**/*.ts', { cwd: root })) {
      const text = await readFile(join(root, file), 'utf8');
      if (/process\.std(out|err)\b(?!\)[,;]$)|\bfd: [12]\b/m.test(text)) writers.push(file);
    }
    assert.deepEqual(writers.toSorted(), [
      'cli/print/output.ts',
      // Removes its line by a constant sequence.
      'cli/print/progress.ts',
      // Asks whether standard error is a terminal, for the log.
      'cli/run/members-process.ts',
      // Gives the stream to linesTo.
      'cli/run/sync.ts',
      // Speaks to its parent process.
      'io/checks/check-process.ts',
      'io/log.ts',
    ]);
  });
});

describe('the log of a pipeline', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-output-'));
    await mkdir(join(folder, 'templates'));
    await writeFile(
      join(folder, 'regatta.yaml'),
      'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\n',
    );
    await writeFile(join(folder, 'templates/a\n::error::forged\u001b[2J.yaml'), 'a: [\n');
    await writeFile(join(folder, '::add-mask::forged.yaml'), 'a: [\n');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('K43: S15: compile and lint print a hostile file name as an escape', () => {
    for (const args of ['compile', 'lint', 'compile -o json', 'lint -o json']) {
      const run = spawnSync(process.execPath, [command, ...args.split(' '), folder], {
        encoding: 'utf8',
      });
      assert.equal(run.status, 1, run.stderr);
      assert.match(run.stdout + run.stderr, /forged/);
      assertHarmless((run.stdout + run.stderr).split('\n'), args);
    }
  });
});
