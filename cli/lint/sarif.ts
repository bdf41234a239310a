import { diagnosticHelp } from '#io/diagnostic-help.ts';
import type { AcceptedDiagnostic } from '#model/acceptance.ts';
import type { Diagnostic, LineColumn, Position } from '#model/diagnostic.ts';
import { digestOf } from '#model/files.ts';
import packageJson from '../../package.json' with { type: 'json' };

type Finding = Diagnostic & Partial<Pick<AcceptedDiagnostic, 'acceptance'>>;

/**
 * Formats diagnostics as SARIF 2.1.0, which code scanning services read. Accepted ones are suppressed results.
 *
 * Source: OASIS, Static Analysis Results Interchange Format.
 */
export function formatSarif(
  diagnostics: readonly Diagnostic[],
  accepted: readonly AcceptedDiagnostic[],
): string {
  const findings: readonly Finding[] = [...diagnostics, ...accepted];
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'regatta',
            semanticVersion: packageJson.version,
            rules: codes.length === 0 ? [] : rulesOf(codes, diagnosticHelp()),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, codes)),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

/** Returns a SARIF rule for each code, with the text of the guide to diagnostics, which readers may not have. */
function rulesOf(codes: readonly string[], texts: ReadonlyMap<string, string>) {
  return codes.map((code) => {
    const markdown = texts.get(code) ?? code;
    const text = markdown.replaceAll('`', '').replaceAll(/(?<=\S)\n(?=\S)/g, ' ');
    return { id: code, shortDescription: { text: code }, help: { text, markdown } };
  });
}

function resultOf(finding: Finding, codes: readonly string[]) {
  const { code, severity, message, at, end, related, hint, acceptance } = finding;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? message : `${message}. Hint: ${hint}` },
    locations: [{ physicalLocation: locationOf(at, end) }],
    ...(related && {
      relatedLocations: related.map((other, id) => ({
        id,
        message: { text: other.message },
        physicalLocation: locationOf(other.at),
      })),
    }),
    ...(acceptance && {
      suppressions: [
        {
          kind: 'inSource',
          justification: acceptance.reason,
          location: { physicalLocation: locationOf(acceptance.at) },
        },
      ],
    }),
    partialFingerprints: { 'regatta/v1': digestOf(JSON.stringify([code, at.file, message])) },
  };
}

function locationOf(at: Position, end?: LineColumn) {
  return {
    artifactLocation: { uri: encodeURI(at.file), uriBaseId: '%SRCROOT%' },
    region: {
      startLine: at.line,
      startColumn: at.column,
      ...(end && { endLine: end.line, endColumn: end.column }),
    },
  };
}
