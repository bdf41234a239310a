/** Compares how charts see the numbers of a values file, in the engine and in the stock Helm of the same version. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { writeChart } from './chart-folder.ts';
import { HelmEngine } from './helm-engine.ts';
import { helmTemplate } from './native.ts';

const shown = ['toJson $v', 'toYaml $v', 'typeOf $v', 'printf "%v" $v', 'toString $v', 'quote $v'];
const template = (more: readonly string[]) => `apiVersion: v1
kind: ConfigMap
metadata: {name: numbers}
data:
{{- range $key, $v := .Values }}
  {{ $key }}: {{ $v }}
${[...shown, ...more].map((call, index) => `  {{ $key }}-${index}: {{ ${call} | quote }}\n`).join('')}{{- end }}
`;

const values: readonly string[] = [
  ...['9007199254740991', '9007199254740993', '-9007199254740993', '1152921504606846976'],
  ...['1000000', '999999', '1e6', '1E+6', '1e-7', '1.0', '1.5', '0.1', '-0', '1.', '.5', '+1'],
  ...['0755', '08', '0o17', '0xff', '0b11', '1_000', '12:30', '123456789.123456789', '[1e3]'],
  ...['1.10', '1.10.0', '"1.10"', '2024-01-01', '{a: 9007199254740993}', 'yes', '~'],
];

/** Beyond 63 bits, the result of int64 depends on the processor on which Helm runs. */
const huge = [
  '9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '1e21',
  '1e300',
];

describe('numbers of values files', () => {
  const engine = new HelmEngine();
  after(() => engine.close());

  for (const [name, given, calls] of [
    ['numbers', values, ['int64 $v', 'float64 $v']],
    ['numbers beyond 63 bits', huge, ['float64 $v']],
  ] as const) {
    it(`EN13: charts see ${name} as with helm template --values`, async () => {
      const { root, remove } = writeChart({
        'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
        'templates/a.yaml': template(calls),
      });
      try {
        const valuesFile = join(root, 'values.yaml');
        writeFileSync(valuesFile, given.map((value, index) => `v${index}: ${value}\n`).join(''));
        const release = { name: 'web', namespace: 'shop', kubeVersion: 'v1.33.0' };
        const options = { ...release, apiVersions: [], valuesFile };
        const native = await helmTemplate(join(root, 'web'), options);
        assert.equal(native.type, 'printed');
        assert.deepEqual(await engine.template(join(root, 'web'), options), native);
      } finally {
        remove();
      }
    });
  }
});
