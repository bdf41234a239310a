import type { AcceptedDiagnostic } from '#model/acceptance.ts';
import { type Diagnostic, formatDiagnostic } from '#model/diagnostic.ts';
import { printableText } from '#model/printable.ts';

type Fault = Diagnostic & Partial<Pick<AcceptedDiagnostic, 'acceptance'>>;

/**
 * Formats JUnit XML: a suite for each file with faults, a case for each fault. Warnings do not fail, and accepted
 * ones are skipped cases.
 */
export function formatJunit(
  diagnostics: readonly Diagnostic[],
  accepted: readonly AcceptedDiagnostic[],
): string {
  const all: readonly Fault[] = [...diagnostics, ...accepted];
  const byFile = Map.groupBy(all, ({ at }) => at.file);
  const suites = [...byFile].flatMap(([file, faults]) => suite(file, faults));
  const counts = countsOf(all, Math.max(1, all.length));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="regatta lint" ${counts}>`,
    ...(suites.length > 0 ? suites : clean),
    '</testsuites>',
  ].join('\n');
}

/** CI systems treat a report without a case as a failure. */
const clean = [
  '  <testsuite name="regatta lint" tests="1" failures="0">',
  '    <testcase classname="regatta lint" name="nothing to correct"/>',
  '  </testsuite>',
];

function suite(file: string, faults: readonly Fault[]): readonly string[] {
  return [
    `  <testsuite name="${escaped(file)}" ${countsOf(faults, faults.length)}>`,
    ...faults.flatMap(testCase),
    '  </testsuite>',
  ];
}

function countsOf(faults: readonly Fault[], tests: number): string {
  const failures = faults.filter(({ severity }) => severity === 'error').length;
  const skipped = faults.filter(({ acceptance }) => acceptance !== undefined).length;
  return `tests="${tests}" failures="${failures}"${skipped === 0 ? '' : ` skipped="${skipped}"`}`;
}

function testCase(diagnostic: Fault): readonly string[] {
  const { code, severity, message, at, acceptance } = diagnostic;
  const name = `${code} at ${at.line}:${at.column}`;
  const whole = escaped(formatDiagnostic(diagnostic));
  const passed =
    acceptance === undefined
      ? `      <system-out>${whole}</system-out>`
      : `      <skipped message="${escaped(`accepted: ${acceptance.reason}`)}">${whole}</skipped>`;
  const result =
    severity === 'error'
      ? `      <failure type="${code}" message="${escaped(message)}">${whole}</failure>`
      : passed;
  return [
    `    <testcase classname="${escaped(at.file)}" name="${escaped(name)}">`,
    result,
    '    </testcase>',
  ];
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** XML allows no control characters, not even escaped. */
function escaped(text: string): string {
  return printableText(text)
    .replaceAll(/[\uFFFE\uFFFF]/g, '?')
    .replaceAll(/[&<>"\n]/g, (char) => entities[char] ?? '');
}
