import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ReviewReport } from '#cli/diff/report.ts';
import { printHtml } from '#cli/review/html.ts';
import { printMarkdown } from '#cli/review/markdown.ts';
import { printText } from '#cli/review/text.ts';
import { campaign } from '#test/campaign.ts';
import { commandsTerminal } from '../terminal.ts';

/** Returns a report in which every name, value and message is one text. */
function reportOf(text: string): ReviewReport {
  const reference = { apiVersion: text, kind: text, namespace: text, name: text };
  const place = { clusters: [text], from: [text] };
  const field = { path: text, before: [text], after: text.replaceAll('\n', ' ') };
  const hunk = {
    ...{ objects: [{ reference }], fields: [field], ...place },
    risks: [{ code: 'unsourced', message: text }],
    causes: [{ file: text, line: 1, text }],
  };
  const types = ['added', 'changed', 'moved', 'left'];
  const hunks = [
    ...types.map((type) => ({ ...hunk, type })),
    { ...hunk, type: 'changed', file: text },
  ];
  const excess = { clusters: [text], of: text, found: 1, total: 1, allowed: 0, setting: text };
  return {
    ...{ base: 'a'.repeat(40), head: 'b'.repeat(40), deletedBefore: [] },
    review: { hunks, clusters: [text], counts: { added: 1, changed: 1, removed: 0 } },
    verdict: {
      ...{ digest: 'd', acknowledged: false, excesses: [{ ...excess, held: 1 }] },
      deletions: [{ cluster: text, path: text, kind: text }],
    },
  } as unknown as ReviewReport;
}

const printers = { text: printText, markdown: printMarkdown, html: printHtml };

/** Parts that forge lines: every line break, a heading, a mention, a picture, a command of a CI system. */
const parts = [
  '\n',
  '\r',
  '\r\n',
  '\u2028',
  '\u0085',
  '\u001b[2J',
  '\u202e',
  '\n# forged',
  '\r@team',
  '\n![x](http://e.example)',
  '\n::error::x',
  'x',
];

describe('a review in every format', () => {
  it('K43: S15: no name, value or message forges a line of a review', () => {
    for (const [format, print] of Object.entries(printers)) {
      const plain = print(reportOf('x')).split('\n').length;
      const text = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(text, (chosen) => {
          const lines = print(reportOf(`a${chosen.join('')}z`)).split('\n');
          assert.equal(lines.length, plain, format);
          for (const line of lines) {
            assert.ok(!commandsTerminal(line), JSON.stringify(line));
            assert.doesNotMatch(line, /^(# forged|@team|!\[x\]|\s*::)/);
          }
        }),
        campaign(50),
      );
    }
  });
});
