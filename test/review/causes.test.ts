import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withCauses } from '#review/causes.ts';
import { compareSnapshots } from '#review/compare.ts';
import type { Cause } from '#review/review.ts';

const [old, next, other] = ['1', '2', '3'].map((digit) => `sha256:${digit.repeat(64)}`);

const web = (digest = '') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { spec: { containers: [{ name: 'web', image: `web:1@${digest}` }] } } },
});

/** Half of the objects change, and each has a hunk of its own; of the others, nothing is left. */
function largeChange(objects: number) {
  const files = (side: string, from: number) =>
    Array.from({ length: objects - from }, (_, index) => {
      const name = `rules-${from + index}`;
      return [`c${(from + index) % 7}/${name}`, `${name} ${side}`] as const;
    });
  return compareSnapshots(
    { files: new Map(files('before', 0)) },
    { files: new Map(files('after', objects / 2)) },
    (id) => {
      const [name = '', side = ''] = id.split(' ');
      const data = { key: `${side} of ${name}` };
      return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data };
    },
  );
}

/** Returns lines of a few files that count how often a caller reads their texts. */
function countedLines(length: number, onRead: () => void): readonly Cause[] {
  return Array.from({ length }, (_, index) => ({
    file: `templates/${index % 5}.yaml`,
    line: index,
    get text() {
      onRead();
      return `  key-${index}: "value of line ${index}"`;
    },
  })).toSorted((a, b) => a.file.localeCompare(b.file));
}

describe('causes', () => {
  it('street P1: are found by reading each changed line and file a few times, however many objects change', () => {
    const length = 2000;
    let linesRead = 0;
    let filesRead = 0;
    const lines = countedLines(length, () => linesRead++);
    const texts = new Map<string, string>();
    texts.get = () => {
      filesRead++;
      return 'kind: ConfigMap';
    };
    const review = largeChange(400);
    assert.ok(review.hunks.length > 200, `${review.hunks.length} hunks`);
    const sources = { added: lines, removed: lines, texts, isSecretLine: () => false };
    const { hunks } = withCauses(review, sources);
    assert.ok(hunks.every(({ causes }) => causes.length > 0));
    assert.ok(linesRead <= 6 * length, `${linesRead} reads of ${2 * length} lines`);
    assert.ok(filesRead <= 10, `${filesRead} reads of 5 files`);
  });

  it('names regatta.lock as the cause when only fetched content changed', () => {
    const snapshot = (id: string) => ({ files: new Map([['a/web', id]]) });
    const review = compareSnapshots(snapshot('old'), snapshot('next'), (id) => ({
      ...web(),
      spec: { paused: id === 'old' },
    }));
    const lines = [
      {
        file: 'regatta.lock',
        line: 4,
        text: `  https://charts.example.com/podinfo:1.0.0: ${next}`,
      },
    ];
    const texts = new Map([['regatta.lock', lines[0]?.text ?? '']]);
    const { hunks } = withCauses(review, {
      added: lines,
      removed: [],
      texts,
      isSecretLine: () => false,
    });
    assert.deepEqual(hunks[0]?.causes, lines);
  });

  it('names only the entry of the changed image in regatta.lock as the cause', () => {
    const snapshot = (id: string) => ({ files: new Map([['a/web', id]]) });
    const review = compareSnapshots(snapshot('old'), snapshot('next'), (id) =>
      web(id === 'old' ? old : next),
    );
    const added = [
      { file: 'regatta.lock', line: 4, text: `  db:7: ${other}` },
      { file: 'regatta.lock', line: 5, text: `  web:1: ${next}` },
    ];
    const { hunks } = withCauses(review, {
      added,
      removed: [],
      texts: new Map(),
      isSecretLine: () => false,
    });
    assert.deepEqual(hunks[0]?.causes, added.slice(1));
  });
});
