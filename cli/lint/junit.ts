import { type Diagnostic, formatDiagnostic } from '#model/diagnostic.ts';
import { printableText } from '#model/printable.ts';

/** Formats JUnit XML: a suite for each file with faults, a case for each fault. Warnings do not fail. */
export function formatJunit(diagnostics: readonly Diagnostic[]): string {
  const byFile = Map.groupBy(diagnostics, ({ at }) => at.file);
  const suites = [...byFile].flatMap(([file, faults]) => suite(file, faults));
  const counts = countsOf(diagnostics, Math.max(1, diagnostics.length));
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

function suite(file: string, faults: readonly Diagnostic[]): readonly string[] {
  return [
    `  <testsuite name="${escaped(file)}" ${countsOf(faults, faults.length)}>`,
    ...faults.flatMap(testCase),
    '  </testsuite>',
  ];
}

function countsOf(faults: readonly Diagnostic[], tests: number): string {
  const failures = faults.filter(({ severity }) => severity === 'error').length;
  return `tests="${tests}" failures="${failures}"`;
}

function testCase(diagnostic: Diagnostic): readonly string[] {
  const { code, severity, message, at } = diagnostic;
  const name = `${code} at ${at.line}:${at.column}`;
  const whole = escaped(formatDiagnostic(diagnostic));
  const result =
    severity === 'error'
      ? `      <failure type="${code}" message="${escaped(message)}">${whole}</failure>`
      : `      <system-out>${whole}</system-out>`;
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
