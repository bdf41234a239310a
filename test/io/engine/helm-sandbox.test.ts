import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { chartOf, mapOf, printed, render } from './chart.ts';

const template = mapOf('a: {{ .Values.a | quote }}');

describe('the schemas of a chart', () => {
  it('EN16: Helm checks the schemas of a chart and of its subcharts', async () => {
    const files = chartOf({
      'templates/app.yaml': template,
      'values.schema.json': '{"properties": {"a": {"type": "integer"}}}',
      'charts/part/Chart.yaml': 'apiVersion: v2\nname: part\nversion: 1.0.0\n',
      'charts/part/values.schema.json': '{"properties": {"b": {"enum": ["x"]}}}',
    });
    const result = await render(files, { values: { a: 'x', part: { b: 'y' } } });
    assert.ok(result.type === 'schema');
    assert.match(result.message, /web: - at '\/a': got string, want integer/);
    assert.match(result.message, /part: - at '\/b': value must be 'x'/);
    const given = { values: { a: 'x' }, skipSchemaValidation: true } as const;
    assert.match(await printed(files, given), /a: "x"/);
  });

  it('K5: the schema of a chart reaches no server, and no file of the host', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests++;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const references = [
      ...[`http://127.0.0.1:${port}/schema.json`, `http://localhost:${port}/schema.json`],
      ...['file:///etc/hostname', 'other.json', `file://${import.meta.filename}`],
    ];
    try {
      for (const reference of references) {
        const schema = JSON.stringify({ $ref: reference });
        const files = chartOf({
          'templates/app.yaml': template,
          'charts/part/Chart.yaml': 'apiVersion: v2\nname: part\nversion: 1.0.0\n',
          'charts/part/values.schema.json': schema,
        });
        const result = await render(files);
        assert.ok(result.type === 'schema', JSON.stringify(result));
        assert.match(result.message, /part: failing loading/);
        const skipped = await render(files, { skipSchemaValidation: true });
        assert.equal(skipped.type, 'rendered');
      }
      assert.equal(requests, 0);
    } finally {
      server.close();
    }
  });

  it('EN16: a schema can refer to its own definitions', async () => {
    const schema = { $defs: { n: { type: 'string' } }, properties: { a: { $ref: '#/$defs/n' } } };
    const files = chartOf({
      'templates/app.yaml': template,
      'values.schema.json': JSON.stringify(schema),
    });
    assert.match(await printed(files, { values: { a: 'x' } }), /a: "x"/);
  });
});

describe('the capabilities of a chart', () => {
  const has = (api: string) => `{{ .Capabilities.APIVersions.Has "${api}" }}`;
  const files = chartOf({
    'templates/app.yaml': mapOf(
      `a: ${has('resource.k8s.io/v1')} ${has('flowcontrol.apiserver.k8s.io/v1beta3')} ${has('policy/v1beta1')} ${has('apps/v1/Deployment')} ${has('v1')} ${has('example.com/v1')}`,
    ),
  });

  it('EN14: the capabilities are those of the minor version, and the additional ones', async () => {
    const at = async (minor: number) =>
      /a: (.*)/.exec(await printed(files, { minor, apiVersions: ['example.com/v1'] }))?.[1];
    assert.equal(await at(29), 'false true false true true true');
    assert.equal(await at(34), 'true false false true true true');
    assert.equal(
      await at(12),
      await at(29),
      'an older version has the capabilities of the oldest one',
    );
    assert.equal(
      await at(99),
      await at(37),
      'a newer version has the capabilities of the newest one',
    );
  });

  it("EN14: the capabilities are Helm's defaults when the version is unknown", async () => {
    assert.match(await printed(files), /a: true true true false true false/);
  });

  it('EN14: a request does not see the capabilities of the previous one', async () => {
    const given = { apiVersions: ['example.com/v1', 'other.example.com/v1'] };
    assert.match(await printed(files, given), /a: true true true false true true/);
    assert.match(await printed(files), /a: true true true false true false/);
  });

  it('H4: a version that the chart does not allow has a separate answer', async () => {
    const chart = 'apiVersion: v2\nname: web\nversion: 1.0.0\nkubeVersion: ">=1.40"\n';
    assert.deepEqual(await render(chartOf({ 'Chart.yaml': chart }), { kubeVersion: 'v1.33.1' }), {
      ...{ type: 'kube-version', chart: 'web', range: '>=1.40', version: 'v1.33.1' },
    });
  });
});
