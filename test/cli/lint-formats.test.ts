import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { formatFindings, type LintFormat } from '#cli/lint/format.ts';
import type { Diagnostic } from '#model/diagnostic.ts';

const found: readonly Diagnostic[] = [
  {
    code: 'validate/unknown-field',
    severity: 'error',
    message: 'Deployment shop/web has a field <a>, 100%: "no"',
    at: { file: 'templates/a,b:c d.yaml', line: 3, column: 5 },
    hint: 'did you mean b?',
  },
  {
    code: 'validate/no-namespace',
    severity: 'warning',
    message: 'namespace shop is not in the repository\u0007',
    at: { file: 'templates/b.yaml', line: 1, column: 1 },
  },
];
/** A diagnostic with an end and a related place. */
const ranged: Diagnostic = {
  code: 'parse/duplicate-object',
  severity: 'error',
  message: 'ConfigMap default/a is defined twice',
  at: { file: 'templates/b.yaml', line: 3, column: 5 },
  end: { line: 3, column: 9 },
  related: [
    { at: { file: 'templates/a.yaml', line: 1, column: 2 }, message: 'the first definition' },
  ],
};
const moved = found.map((one) => ({ ...one, at: { ...one.at, line: one.at.line + 7 } }));

function formatted(diagnostics: readonly Diagnostic[], format: LintFormat): string {
  return formatFindings({ diagnostics, accepted: [] }, { format });
}

interface Rule {
  readonly id: string;
  readonly help: { readonly text: string; readonly markdown: string };
}

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly Rule[] } };
    readonly results: readonly {
      readonly level: string;
      readonly partialFingerprints: unknown;
      readonly locations: readonly { readonly physicalLocation: unknown }[];
    }[];
  }[];
}

/** Converts the official schema, which is of draft 4: for ajv, only the name of ids differs. */
function sarifValidator() {
  const file = join(import.meta.dirname, '../fixtures/sarif/sarif-schema-2.1.0.json');
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  return new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
}

describe('lint -o sarif', () => {
  const isSarif = sarifValidator();

  it('prints output that the official schema accepts, with and without diagnostics', () => {
    for (const findings of [found, [ranged], []]) {
      isSarif(JSON.parse(formatted(findings, 'sarif')));
      assert.deepEqual(isSarif.errors ?? [], []);
    }
    assert.equal(isSarif({ version: '2.1.0', runs: [{ results: [{}] }] }), false);
  });

  it('prints rules, places and levels', () => {
    const [run] = (JSON.parse(formatted(found, 'sarif')) as Sarif).runs;
    const rules = run?.tool.driver.rules ?? [];
    assert.deepEqual(
      rules.map(({ id }) => id),
      ['validate/no-namespace', 'validate/unknown-field'],
    );
    const [{ help } = { help: undefined }] = rules;
    assert.match(
      help?.markdown ?? '',
      /^The repository does not [^#]*\nnamespace\. `default` and `kube-\*` [^#]+\.$/,
    );
    assert.match(
      help?.text ?? '',
      /^The repository does not [^#`\n]+ default and kube-\* [^#`\n]+\.$/,
    );
    assert.deepEqual(
      run?.results.map(({ level }) => level),
      ['error', 'warning'],
    );
    assert.deepEqual(run?.results[0]?.locations[0]?.physicalLocation, {
      artifactLocation: { uri: 'templates/a,b:c%20d.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 3, startColumn: 5 },
    });
  });

  it('prints the end and the related places of a diagnostic', () => {
    const [result] = JSON.parse(formatted([ranged], 'sarif')).runs[0].results;
    assert.deepEqual(result.locations[0].physicalLocation.region, {
      ...{ startLine: 3, startColumn: 5 },
      ...{ endLine: 3, endColumn: 9 },
    });
    assert.deepEqual(result.relatedLocations, [
      {
        id: 0,
        message: { text: 'the first definition' },
        physicalLocation: {
          artifactLocation: { uri: 'templates/a.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 1, startColumn: 2 },
        },
      },
    ]);
  });

  it('keeps the fingerprint of a diagnostic that has moved', () => {
    const prints = (findings: readonly Diagnostic[]) =>
      (JSON.parse(formatted(findings, 'sarif')) as Sarif).runs[0]?.results.map(
        ({ partialFingerprints }) => partialFingerprints,
      );
    assert.deepEqual(prints(moved), prints(found));
  });
});

describe('the other formats of lint', () => {
  it('GitHub annotations escape the characters of workflow commands', () => {
    assert.deepEqual(formatted(found, 'github').split('\n'), [
      '::error file=templates/a%2Cb%3Ac d.yaml,line=3,col=5,title=validate/unknown-field::Deployment shop/web has a field <a>, 100%25: "no"%0Ahint: did you mean b?',
      '::warning file=templates/b.yaml,line=1,col=1,title=validate/no-namespace::namespace shop is not in the repository\u0007',
    ]);
    assert.equal(formatted([], 'github'), '');
  });

  it('the GitLab code quality report has stable fingerprints', () => {
    const report = (findings: readonly Diagnostic[]) =>
      JSON.parse(formatted(findings, 'gitlab')) as readonly {
        readonly fingerprint: string;
      }[];
    const [first] = report(found);
    assert.deepEqual(first, {
      description: 'Deployment shop/web has a field <a>, 100%: "no" (did you mean b?)',
      check_name: 'validate/unknown-field',
      fingerprint: first?.fingerprint,
      severity: 'major',
      location: { path: 'templates/a,b:c d.yaml', lines: { begin: 3 } },
    });
    const prints = (findings: readonly Diagnostic[]) =>
      report(findings).map(({ fingerprint }) => fingerprint);
    assert.deepEqual(prints(moved), prints(found));
    assert.equal(new Set(prints([...found, ...found])).size, 4);
    assert.deepEqual(report([]), []);
  });

  it('GitHub and GitLab reports contain the end of a diagnostic, and GitLab fingerprints ignore it', () => {
    assert.equal(
      formatted([ranged], 'github'),
      '::error file=templates/b.yaml,line=3,endLine=3,col=5,endColumn=8,title=parse/duplicate-object::ConfigMap default/a is defined twice%0Atemplates/a.yaml:1: the first definition',
    );
    const overLines = { ...ranged, end: { line: 5, column: 2 } };
    assert.match(formatted([overLines], 'github'), /line=3,endLine=5,col=5,title=/);
    const { end: _, ...endless } = ranged;
    const [[one], [other]] = [overLines, endless].map((fault) =>
      JSON.parse(formatted([fault], 'gitlab')),
    ) as [[{ location: unknown; fingerprint: string }], [{ fingerprint: string }]];
    assert.deepEqual(one.location, { path: 'templates/b.yaml', lines: { begin: 3, end: 5 } });
    assert.equal(one.fingerprint, other.fingerprint);
  });

  it('text output prints each related place below the diagnostic', () => {
    assert.equal(
      formatted([ranged], 'text'),
      [
        'templates/b.yaml:3:5: error parse/duplicate-object: ConfigMap default/a is defined twice',
        '  templates/a.yaml:1:2: the first definition',
        '1 error, 0 warnings',
      ].join('\n'),
    );
  });

  it('JUnit XML reports warnings as passed tests', () => {
    assert.deepEqual(formatted(found, 'junit').split('\n'), [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="regatta lint" tests="2" failures="1">',
      '  <testsuite name="templates/a,b:c d.yaml" tests="1" failures="1">',
      '    <testcase classname="templates/a,b:c d.yaml" name="validate/unknown-field at 3:5">',
      '      <failure type="validate/unknown-field" message="Deployment shop/web has a field &lt;a&gt;, 100%: &quot;no&quot;">templates/a,b:c d.yaml:3:5: error validate/unknown-field: Deployment shop/web has a field &lt;a&gt;, 100%: &quot;no&quot;&#10;  hint: did you mean b?</failure>',
      '    </testcase>',
      '  </testsuite>',
      '  <testsuite name="templates/b.yaml" tests="1" failures="0">',
      '    <testcase classname="templates/b.yaml" name="validate/no-namespace at 1:1">',
      '      <system-out>templates/b.yaml:1:1: warning validate/no-namespace: namespace shop is not in the repository\\u0007</system-out>',
      '    </testcase>',
      '  </testsuite>',
      '</testsuites>',
    ]);
    assert.match(formatted([], 'junit'), /tests="1" failures="0"[\s\S]*nothing to correct/);
  });

  it('JSON output contains the diagnostics, and text output ends with their count', () => {
    assert.deepEqual(JSON.parse(formatted(found, 'json')), { ok: false, diagnostics: found });
    assert.match(formatted(found, 'text'), /\n1 error, 1 warning$/);
    assert.equal(formatted([], 'text'), 'nothing to correct');
  });
});
