import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EnginePool } from '#io/engine/pool.ts';
import type { HelmBuild, RandomUse } from '#model/template-build.ts';
import { chartOf, mapOf, printed, render } from './chart.ts';

const calls = [
  ...['randAlphaNum 8', 'randAlpha 8', 'randAscii 8', 'randNumeric 8', 'randBytes 8'],
  ...['randInt 1 3', 'shuffle "ab"', 'uuidv4', 'bcrypt "x"', 'htpasswd "u" "x"'],
  'encryptAES "key" "text"',
];
const keyCalls = [
  ...['genPrivateKey "ed25519"', '(genCA "x" 1).Cert', '(genSelfSignedCert "x" nil nil 1).Key'],
  '(genSignedCert "x" nil nil 1 (genCA "x" 1)).Cert',
];
const seed = 'ab'.repeat(32);

async function usesOf(
  template: string,
  given: Partial<HelmBuild> = {},
  more: Readonly<Record<string, string>> = {},
): Promise<readonly RandomUse[]> {
  const result = await render(chartOf({ 'templates/app.yaml': template, ...more }), given);
  assert.ok(result.type === 'random' || result.type === 'rendered', JSON.stringify(result));
  return result.type === 'random' ? result.uses : [];
}

describe('random values of a chart', () => {
  for (const call of calls) {
    it(`EN8: {{ ${call} }} is reported with its position`, async () => {
      const name = call.split(' ')[0];
      assert.deepEqual(await usesOf(mapOf('a: b', `c: {{ ${call} | quote }}`)), [
        { file: 'templates/app.yaml', line: 7, column: 9, function: name, key: false },
      ]);
    });

    it(`EN8: {{ ${call} }} depends only on the seed`, async () => {
      const files = chartOf({ 'templates/app.yaml': mapOf(`c: {{ ${call} | quote }}`) });
      const text = await printed(files, { seed });
      assert.equal(await printed(files, { seed }), text);
      const others = await Promise.all(
        ['01', '02', '03', '04', '05', '06', '07'].map((other) => printed(files, { seed: other })),
      );
      assert.ok(
        others.some((other) => other !== text),
        text,
      );
    });
  }

  for (const call of keyCalls) {
    it(`EN8: {{ ${call} }} generates a key, which is an error even with a seed`, async () => {
      for (const given of [{}, { seed }]) {
        const uses = await usesOf(mapOf(`c: {{ ${call} | b64enc }}`), given);
        assert.ok(uses.length > 0 && uses.every(({ key, line }) => key && line === 6));
      }
    });
  }

  it('EN8: a call whose result does not reach the output is not reported', async () => {
    const template = mapOf(
      'a: {{ .Values.password | default (randAlphaNum 8) | quote }}',
      'b: {{ genPrivateKey "rsa" | len | gt 0 | quote }}',
    );
    assert.deepEqual(await usesOf(template, { values: { password: 'x' } }), []);
    assert.equal((await usesOf(template)).length, 1);
  });

  it('EN8: a call that only decides a condition is reported, too', async () => {
    const template = `{{- if eq (randInt 0 2) 1 }}\n${mapOf('a: b')}{{- end }}\n`;
    assert.deepEqual(
      (await usesOf(template)).map((use) => use.function),
      ['randInt'],
    );
  });

  it('EN8: the report names the value that replaces a call, also through includes and in subcharts', async () => {
    const helpers =
      '{{ define "made" }}{{ randAlphaNum 8 }}{{ end }}{{ define "shared" }}{{ randAlpha 8 }}{{ end }}';
    const part = mapOf('a: {{ .Values.auth.token | default (uuidv4) }}').replace('app', 'part');
    const uses = await usesOf(
      mapOf(
        'a: {{ if .Values.password }}{{ .Values.password }}{{ else }}{{ include "made" . }}{{ end }}',
        'b: {{ coalesce .Values.global.key (randNumeric 8) | quote }}',
        'c: {{ .Values.one | default (include "shared" .) }}{{ .Values.two | default (include "shared" .) }}',
        'd: {{ randAscii 8 | quote }}',
      ),
      { values: { global: {} } },
      {
        'templates/_helpers.tpl': helpers,
        'charts/part/Chart.yaml': 'apiVersion: v2\nname: part\nversion: 1.0.0\n',
        'charts/part/values.yaml': 'auth: {token: ""}\n',
        'charts/part/templates/a.yaml': part,
      },
    );
    assert.deepEqual(Object.fromEntries(uses.map((use) => [use.function, use.value])), {
      randAlphaNum: 'password',
      randNumeric: 'global.key',
      randAlpha: undefined,
      randAscii: undefined,
      uuidv4: 'part.auth.token',
    });
  });

  it('EN8: a call in a text for tpl is reported with its name and without a position', async () => {
    const uses = await usesOf(mapOf('a: {{ tpl .Values.text . }}'), {
      values: { text: '{{ randAlphaNum 8 }}' },
    });
    assert.deepEqual(uses, [
      { file: '', line: 0, column: 0, function: 'randAlphaNum', key: false },
    ]);
  });

  it('EN8: errors of Helm have the names and positions of the original templates', async () => {
    const files = chartOf({ 'templates/app.yaml': mapOf('a: {{ randAlphaNum "x" | no }}') });
    const parse = await render(files);
    assert.ok(parse.type === 'failed' && /function "no" not defined/.test(parse.message));
    const wrong = chartOf({ 'templates/app.yaml': mapOf('a: {{ uuidv4 }}{{ randAlphaNum "x" }}') });
    const result = await render(wrong);
    assert.ok(result.type === 'failed');
    assert.match(result.message, /^web\/templates\/app.yaml:6:33 .*expected integer; found "x"$/);
  });

  it('EN8: random bytes that no known function requested are reported, too', async () => {
    const answered = { type: 'answered', answer: { documents: [] }, randomBytes: 16 } as const;
    const pool = new EnginePool();
    pool.run = () => Promise.resolve(answered);
    assert.deepEqual(await render(chartOf({}), {}, { pool }), { type: 'random', uses: [] });
  });

  it('EN7: an address in memory is an error with its position', async () => {
    for (const format of ['%p', 'a %-8.3p', '%[1]p', '%%%p']) {
      const files = chartOf({
        'templates/app.yaml': mapOf(`a: {{ printf "${format}" .Values }}`),
      });
      const result = await render(files);
      assert.ok(result.type === 'failed', JSON.stringify(result));
      assert.match(result.message, /templates\/app\.yaml:6:8.*%p prints an address in memory/);
    }
    const sound = mapOf('a: {{ printf "%%p %v %5.1f%%" "p" 1.0 | quote }}');
    assert.match(await printed(chartOf({ 'templates/app.yaml': sound })), /a: "%p p {3}1\.0%"/);
  });

  it('EN7: the clock of a chart stands still', async () => {
    const files = chartOf({
      'templates/app.yaml': mapOf('a: {{ now | date "2006-01-02 15:04:05" }}'),
    });
    assert.match(await printed(files), /a: 2000-01-01 00:00:00/);
  });

  it('EN7: a printed time contains no reading of the monotonic clock', async () => {
    const files = chartOf({
      'templates/app.yaml': mapOf(
        'a: {{ now | quote }}',
        'b: {{ now | date_modify "1h" | quote }}',
      ),
    });
    const text = await printed(files);
    assert.match(text, /a: "2000-01-01 00:00:00 \+0000 UTC"$/m);
    assert.match(text, /b: "2000-01-01 01:00:00 \+0000 UTC"$/m);
  });
});
