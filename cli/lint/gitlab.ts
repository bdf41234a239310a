import type { AcceptedDiagnostic } from '#model/acceptance.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { digestOf } from '#model/files.ts';

const severities = { error: 'major', warning: 'minor', note: 'info' } as const;

/**
 * Formats GitLab's code quality report. A fingerprint does not depend on the line, so that GitLab
 * recognises a fault after lines were added above it.
 */
export function formatGitlab(
  diagnostics: readonly Diagnostic[],
  accepted: readonly AcceptedDiagnostic[],
): string {
  const seen = new Map<string, number>();
  const listed = accepted.map(({ acceptance: { reason }, ...one }): Diagnostic => {
    return { ...one, severity: 'note', hint: `accepted: ${reason}` };
  });
  const issues = [...diagnostics, ...listed].map(({ code, severity, message, at, end, hint }) => {
    const identity = JSON.stringify([code, at.file, message]);
    const nth = seen.get(identity) ?? 0;
    seen.set(identity, nth + 1);
    return {
      description: hint === undefined ? message : `${message} (${hint})`,
      check_name: code,
      fingerprint: digestOf(nth === 0 ? identity : `${identity}${nth}`),
      severity: severities[severity],
      location: { path: at.file, lines: { begin: at.line, ...(end && { end: end.line }) } },
    };
  });
  return JSON.stringify(issues, null, 2);
}
