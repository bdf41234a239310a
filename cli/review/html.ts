import type { Diagnostic } from '#model/diagnostic.ts';
import { printable } from '#model/printable.ts';
import type { Hunk } from '#review/review.ts';
import type { ReviewReport } from '../diff/report.ts';
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
import { escapeHtml } from './markdown.ts';
import { trafficLines, trafficRisks } from './traffic.ts';

const style = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328; }
summary { cursor: pointer; font-weight: 600; } details { border: 1px solid #d1d9e0; border-radius: 6px; margin: .75rem 0; padding: .5rem .75rem; }
pre { background: #f6f8fa; overflow-x: auto; padding: .5rem; } .del { background: #ffebe9; } .ins { background: #dafbe1; } .risk { color: #9a6700; }
@media (prefers-color-scheme: dark) { body { background: #0d1117; color: #f0f6fc; } pre { background: #151b23; } .del { background: #67060c55; } .ins { background: #033a1655; } }
`;

/** Formats a review as a self-contained page with every change in full. */
export function printHtml(report: ReviewReport): string {
  const { base, head, review, verdict } = report;
  const commits = `${base.slice(0, 7)} → ${head.slice(0, 7)}`;
  const budget = verdictLines(verdict).map(escapeHtml).join('\n');
  const parts = [
    `<p>Rendered output, ${escapeHtml(commits)}</p>`,
    ...notesOf(report).map((note) => `<p><b>Note</b> ${escapeHtml(note)}</p>`),
    ...faultPart(report.diagnostics ?? []),
    ...(budget === '' ? [] : [`<pre class="risk">${budget}</pre>`]),
    ...trafficPart(report),
    ...review.hunks.map(printHunk),
  ];
  return page(commits, headingOf(review), parts);
}

/** Formats errors of sources that cannot be compared as a page. */
export function printHtmlFailure(message: string, diagnostics: readonly Diagnostic[]): string {
  const heading = `${printable(message)}: nothing is compared`;
  return page(heading, heading, faultPart(diagnostics));
}

function faultPart(diagnostics: readonly Diagnostic[]): readonly string[] {
  const lines = faultsOf(diagnostics).map(escapeHtml);
  if (lines.length === 0) return [];
  return [`<p>The sources do not compile:</p>\n<pre class="risk">${lines.join('\n')}</pre>`];
}

function trafficPart(report: ReviewReport): readonly string[] {
  const lines = trafficLines(report).map(escapeHtml);
  if (lines.length === 0) return [];
  const risks = trafficRisks(report).map(
    (risk) => `<p class="risk">${escapeHtml(`${risk.code}: ${messageOf(risk)}`)}</p>`,
  );
  const text = `<pre>${lines.join('\n')}</pre>`;
  return [`<details open><summary>traffic</summary>\n${risks.join('\n')}\n${text}\n</details>`];
}

function page(title: string, heading: string, parts: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<h1>${escapeHtml(heading)}</h1>
${parts.join('\n')}
</html>
`;
}

function printHunk(hunk: Hunk): string {
  const { risks, fields, causes, clusters, from } = hunk;
  const warnings = risks.map(
    (risk) => `<p class="risk">${escapeHtml(`${risk.code}: ${messageOf(risk)}`)}</p>`,
  );
  const lines = [...fields.flatMap(diffOf), ...contentOf(hunk)].map(printLine);
  const why = causes.map((cause) => escapeHtml(causeOf(cause)));
  const where = [
    ...(from.length > 0 ? [`from ${from.join(', ')}`] : []),
    ...(clusters.length > 0 ? [`on ${clusters.join(', ')}`] : []),
  ];
  const isOpen = hunk.type === 'added' ? '' : ' open';
  return `<details${isOpen}><summary>${escapeHtml(titleOf(hunk))}</summary>
${warnings.join('\n')}
<pre>${[...lines, ...why].join('\n')}</pre>
<p>${escapeHtml(printable(where.join('; ')))}</p>
</details>`;
}

function printLine(line: string): string {
  const text = escapeHtml(line);
  if (line.startsWith('- ')) return `<span class="del">${text}</span>`;
  return line.startsWith('+ ') ? `<span class="ins">${text}</span>` : text;
}
