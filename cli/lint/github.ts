import type { Diagnostic } from '#model/diagnostic.ts';

/**
 * Workflow commands of GitHub Actions, which annotate the lines of a pull request.
 *
 * Source: GitHub's documentation of workflow commands; what is escaped, its toolkit's command.ts.
 */
export function formatGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(annotation).join('\n');
}

function annotation({ code, severity, message, at, hint }: Diagnostic): string {
  const { file, line, column } = at;
  const place = `file=${property(file)},line=${line},col=${column},title=${property(code)}`;
  const command = severity === 'note' ? 'notice' : severity;
  return `::${command} ${place}::${data(hint === undefined ? message : `${message}\nhint: ${hint}`)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
