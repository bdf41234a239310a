import type { Diagnostic } from '#model/diagnostic.ts';
import { digestOf } from '#model/files.ts';
import packageJson from '../../package.json' with { type: 'json' };

const docs = 'https://regatta.dev/docs/diagnostics.md';

/** SARIF 2.1.0, for code scanning. Source: OASIS, Static Analysis Results Interchange Format. */
export function formatSarif(diagnostics: readonly Diagnostic[]): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'regatta',
            semanticVersion: packageJson.version,
            rules: codes.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes)),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

/** GitHub makes an anchor of a heading by leaving out all but letters, digits and dashes. */
function ruleOf(code: string) {
  return {
    id: code,
    shortDescription: { text: code },
    helpUri: `${docs}#${code.replaceAll(/[^a-z0-9-]/g, '')}`,
  };
}

function resultOf({ code, severity, message, at, hint }: Diagnostic, codes: readonly string[]) {
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? message : `${message}. Hint: ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(at.file), uriBaseId: '%SRCROOT%' },
          region: { startLine: at.line, startColumn: at.column },
        },
      },
    ],
    partialFingerprints: { 'regatta/v1': digestOf(JSON.stringify([code, at.file, message])) },
  };
}
