import type { AcceptedDiagnostic } from '#model/acceptance.ts';
import type { Diagnostic } from '#model/diagnostic.ts';

/**
 * Formats workflow commands of GitHub Actions, which annotate the lines of a pull request.
 *
 * Source: GitHub's documentation of workflow commands; escaping as in command.ts of its toolkit.
 */
export function formatGithub(
  diagnostics: readonly Diagnostic[],
  accepted: readonly AcceptedDiagnostic[],
): string {
  return [...diagnostics, ...accepted.map(asNotice)].map(annotation).join('\n');
}

function asNotice({ acceptance, ...diagnostic }: AcceptedDiagnostic): Diagnostic {
  const { message } = diagnostic;
  const { hint: _, ...rest } = diagnostic;
  return { ...rest, severity: 'note', message: `${message}\naccepted: ${acceptance.reason}` };
}

function annotation({ code, severity, message, at, end, related = [], hint }: Diagnostic): string {
  const place = [
    `file=${property(at.file)}`,
    `line=${at.line}`,
    ...(end === undefined ? [] : [`endLine=${end.line}`]),
    `col=${at.column}`,
    // GitHub's columns are inclusive, and it refuses an end column in another line.
    ...(end?.line === at.line ? [`endColumn=${end.column - 1}`] : []),
    `title=${property(code)}`,
  ].join(',');
  const command = severity === 'note' ? 'notice' : severity;
  const text = [
    message,
    ...related.map((other) => `${other.at.file}:${other.at.line}: ${other.message}`),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ].join('\n');
  return `::${command} ${place}::${data(text)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
