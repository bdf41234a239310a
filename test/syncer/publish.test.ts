import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { PublishingPort } from '#syncer/ports/source.ts';
import { publish } from '#syncer/publish.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { sampleFleet } from './samples.ts';

const never = new AbortController().signal;
const fault: Diagnostic = {
  code: 'parse/invalid-yaml',
  severity: 'error',
  message: 'not YAML',
  at: { file: 'templates/a.yaml', line: 1, column: 1 },
};

/** Opens a branch to which other committers push `races` times during the compile. */
function branch(stale: boolean, races: number) {
  let head = 'head0';
  let left = races;
  const log: string[] = [];
  const source: PublishingPort = {
    origin: sampleFleet.origin,
    goesOnFrom: async () => true,
    deletingCommits: async () => [],
    last: async () => undefined,
    fetch: async () => head,
    tree: async () => undefined,
    clusterNames: async () => [],
    read: async () => new Map(),
    checkout: async (commit) => {
      log.push(`checkout ${commit}`);
      return '/work-tree';
    },
    commit: async (message) => {
      log.push(message.split('\n').at(-2) ?? '');
      return stale ? `rendered-${head}` : undefined;
    },
    push: async (commit) => {
      log.push(`push ${commit}`);
      if (left-- <= 0) return 'pushed';
      head = `head${races - left}`;
      return 'raced';
    },
  };
  const events: SyncEvent[] = [];
  const report = (event: SyncEvent) => events.push(event);
  return { source, report, events, log };
}

const ok = async () => ({ ok: true, diagnostics: [] });

describe('publish', () => {
  it('returns the head unchanged when its output is up to date', async () => {
    const { source, report, log } = branch(false, 0);
    assert.equal(await publish('head0', { source, report, compile: ok }, never), 'head0');
    assert.deepEqual(
      log.filter((line) => line.startsWith('push')),
      [],
    );
  });

  it('replaces stale output by a commit that names its source commit', async () => {
    const { source, report, log, events } = branch(true, 0);
    assert.equal(await publish('head0', { source, report, compile: ok }, never), 'rendered-head0');
    assert.deepEqual(log, [
      'checkout head0',
      'Regatta-Source-Commit: head0',
      'push rendered-head0',
    ]);
    assert.deepEqual(events, [{ type: 'published', source: 'head0', commit: 'rendered-head0' }]);
  });

  it('compiles the new head when another push was faster', async () => {
    const { source, report, log } = branch(true, 2);
    assert.equal(await publish('head0', { source, report, compile: ok }, never), 'rendered-head2');
    const checkouts = log.filter((line) => line.startsWith('checkout'));
    assert.deepEqual(checkouts, ['checkout head0', 'checkout head1', 'checkout head2']);
  });

  it('gives up when another push is faster each time', async () => {
    const { source, report } = branch(true, 99);
    await assert.rejects(
      publish('head0', { source, report, compile: ok }, never),
      /the branch moved 5 times/,
    );
  });

  it('K29: reports the warnings of a commit that compiles', async () => {
    const { source, report, events } = branch(false, 0);
    const warning: Diagnostic = { ...fault, severity: 'warning' };
    const compile = async () => ({ ok: true, diagnostics: [warning] });
    assert.equal(await publish('head0', { source, report, compile }, never), 'head0');
    const expected = { type: 'commit-warnings', commit: 'head0', diagnostics: [warning] };
    assert.deepEqual(events, [expected]);
  });

  it('reports a commit that does not compile, and pushes nothing', async () => {
    const { source, report, log, events } = branch(true, 0);
    const compile = async () => ({ ok: false, diagnostics: [fault] });
    assert.equal(await publish('head0', { source, report, compile }, never), undefined);
    assert.deepEqual(log, ['checkout head0']);
    assert.deepEqual(events, [{ type: 'rejected-commit', commit: 'head0', diagnostics: [fault] }]);
  });
});
