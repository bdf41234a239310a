import type { Diagnostic } from '#model/diagnostic.ts';
import { printable } from '#model/printable.ts';
import type { Hunk, Risk } from '#review/review.ts';
import type { ReviewReport } from '../diff/report.ts';
import { count } from '../print/compile.ts';
import { verdictLines } from './budget.ts';
import {
  causeOf,
  contentOf,
  diffOf,
  faultsOf,
  headingOf,
  messageOf,
  notesOf,
  titleOf,
} from './lines.ts';
import { trafficLines, trafficRisks } from './traffic.ts';

/** Maximum size of a comment, in bytes. Forges accept 65,536 characters, but some count bytes, and bots add a line. */
const limit = 60_000;
const shownRisks = 15;
/** Maximum number of lines about traffic. */
const shownTraffic = 50;
/** Maximum number of lines of the contents of added objects in one fold. */
const shownContent = 100;
/** Maximum length of a line of a diagnostic, in characters: 50 errors stay below the limit. */
const faultWidth = 300;

/** Maximum number of lines of an acknowledgement; longer ones are in the full report. */
const shownLines = 200;

/** Formats a review as a comment on a pull request, within the size limit of forges. */
export function printMarkdown(report: ReviewReport): string {
  const { review, base, head } = report;
  const commits = `\`${base.slice(0, 7)}\` → \`${head.slice(0, 7)}\``;
  const intro = [
    `### ${headingOf(review)}`,
    `Rendered output, ${commits}`,
    ...notesOf(report).map((note) => `**Note** ${codeSpan(note)}`),
    ...faultPart(report.diagnostics ?? []),
    ...budgetPart(report),
    ...riskPart([...trafficRisks(report), ...review.hunks.flatMap(({ risks }) => risks)]),
    ...trafficPart(report),
  ].join('\n\n');
  const parts = [intro];
  let size = bytesOf(intro);
  for (const [index, hunk] of review.hunks.entries()) {
    const part = printHunk(hunk);
    size += bytesOf(part) + 2;
    if (size > limit) {
      const rest = review.hunks.length - index;
      parts.push(`_${count(rest, 'more change')}: see the full report._`);
      break;
    }
    parts.push(part);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Formats errors of sources that cannot be compared as a comment on a pull request. */
export function printMarkdownFailure(message: string, diagnostics: readonly Diagnostic[]): string {
  const title = `### ${escapeHtml(printable(message))}: nothing is compared`;
  return `${[title, ...faultPart(diagnostics)].join('\n\n')}\n`;
}

function faultPart(diagnostics: readonly Diagnostic[]): readonly string[] {
  const lines = faultsOf(diagnostics).map((line) => line.slice(0, faultWidth));
  return lines.length === 0 ? [] : ['**The sources do not compile:**', fenced('', lines)];
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function riskPart(risks: readonly Risk[]): readonly string[] {
  if (risks.length === 0) return [];
  const lines = risks
    .slice(0, shownRisks)
    .map((risk) => `- **${risk.code}** ${codeSpan(messageOf(risk))}`);
  const rest = risks.length - shownRisks;
  return [[...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n')];
}

function trafficPart(report: ReviewReport): readonly string[] {
  const lines = trafficLines(report);
  const rest = lines.length - shownTraffic;
  if (lines.length === 0) return [];
  const shown = [
    ...lines.slice(0, shownTraffic),
    ...(rest > 0 ? [`… ${count(rest, 'line')} more: see the full report`] : []),
  ];
  return [`<details><summary><b>traffic</b></summary>\n\n${fenced('', shown)}\n</details>`];
}

function budgetPart({ verdict }: ReviewReport): readonly string[] {
  const [title, ...lines] = verdictLines(verdict, shownLines);
  return title === undefined ? [] : [`**${title}**`, fenced('', lines)];
}

function printHunk(hunk: Hunk): string {
  const { fields, causes } = hunk;
  const content = contentOf(hunk);
  const rest = content.length - shownContent;
  const lines = [
    ...fields.flatMap(diffOf),
    ...content.slice(0, shownContent),
    ...(rest > 0 ? [`  … ${count(rest, 'line')} more: see the full report`] : []),
    ...causes.map((cause) => `# ${causeOf(cause)}`),
  ];
  const title = `<b>${escapeHtml(titleOf(hunk))}</b>`;
  if (lines.length === 0) return title;
  return `<details><summary>${title}</summary>\n\n${fenced('diff', lines)}\n</details>`;
}

/** Uses a fence that no content can close, so that content is never read as Markdown. */
function fenced(language: string, lines: readonly string[]): string {
  const text = lines.join('\n');
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}${language}\n${text}\n${fence}`;
}

function codeSpan(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const ticks = '`'.repeat(Math.max(1, ...runs.map(({ length }) => length + 1)));
  return `${ticks} ${text} ${ticks}`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
