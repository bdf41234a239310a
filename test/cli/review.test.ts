import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReviewReport } from '#cli/diff/report.ts';
import { printHtml } from '#cli/review/html.ts';
import { diffOf } from '#cli/review/lines.ts';
import { printMarkdown } from '#cli/review/markdown.ts';
import type { Hunk } from '#review/review.ts';

describe('a printed review', () => {
  it('shows only the lines of a long text that differ', () => {
    const before = 'a: 1\nb: 2\nc: 3\n';
    const after = 'a: 1\nb: 5\nc: 3\n';
    const lines = diffOf({ path: '.data.conf', before, after });
    assert.deepEqual(lines, ['  .data.conf', '- b: 2', '+ b: 5']);
  });

  it('shortens long values', () => {
    const after = Array.from({ length: 100 }, (_, index) => `${index}${'x'.repeat(1000)}`);
    const lines = diffOf({ path: '.a', before: undefined, after: after.join('\n') });
    assert.equal(lines.length, 14);
    assert.equal(lines.at(-1), '+ … 88 lines more');
  });

  it('keeps each value inside its block', () => {
    const hostile = '```\n</details><script>alert(1)</script>\n@everyone';
    const report = reportOf([hunkOf(hostile)]);
    const markdown = printMarkdown(report);
    assert.match(markdown, /^````diff$/m);
    assert.match(markdown, /^````$/m);
    const html = printHtml(report);
    assert.doesNotMatch(html, /<script>/);
    assert.match(html, /&lt;script&gt;/);
  });

  it('never exceeds the maximum length of a comment', () => {
    const hunks = Array.from({ length: 500 }, (_, index) => hunkOf(`${index}${'é'.repeat(250)}`));
    const markdown = printMarkdown(reportOf(hunks));
    assert.ok(Buffer.byteLength(markdown) < 65_536);
    assert.match(markdown, /_\d+ more changes: see the full report._\n$/);
  });
});

function hunkOf(after: string): Hunk {
  return {
    type: 'changed',
    objects: [{ reference: { apiVersion: 'v1', kind: 'ConfigMap', name: 'conf' } }],
    clusters: ['member1'],
    from: [],
    fields: [{ path: '.data.a', before: 'x', after }],
    risks: [],
    causes: [],
  };
}

function reportOf(hunks: readonly Hunk[]): ReviewReport {
  const counts = { added: 0, changed: hunks.length, removed: 0 };
  const verdict = { deletions: [], digest: 'sha256:', excesses: [], acknowledged: false };
  return {
    base: 'a'.repeat(40),
    head: 'b'.repeat(40),
    review: { hunks, clusters: ['member1'], counts },
    verdict,
    deletedBefore: [],
  };
}
