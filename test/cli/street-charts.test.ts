/** Charts as people have them: their output, their Capabilities, their schemas and the values that they make up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const chart = (name: string) => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`;
const map = (name: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: ${data}\n`;
const release = (fields: string) =>
  `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: app}\nspec: {chart: charts/app${fields}}\n`;

/** Compiles a fleet whose HelmRelease renders a chart with one template. */
const compileChart = (
  template: string,
  fields = '',
  files: Readonly<Record<string, string>> = {},
) =>
  compileFiles({
    'templates/app.yaml': release(fields),
    'charts/app/Chart.yaml': chart('app'),
    'charts/app/templates/app.yaml': template,
    ...files,
  });

describe('street H2: output of charts', () => {
  it('street H2: may have byte order marks, Windows line ends, empty lists and a key twice', () => {
    const list = 'apiVersion: v1\nkind: ConfigMapList\nitems: []\n';
    const twice = map('twice', '{a: "1", a: "2"}');
    const template = `\ufeff${map('first', '{k: v}')}---\n\ufeff${list}---\n${twice}`;
    const { status, output, rendered } = compileChart(template.replaceAll('\n', '\r\n'));
    assert.equal(status, 0, output);
    const paths = ['default/configmap_first.yaml', 'default/configmap_twice.yaml'];
    assert.deepEqual([...rendered.keys()], paths);
    assert.match(rendered.get(paths[0] ?? '') ?? '', /^ {2}k: v$/m);
    assert.match(rendered.get(paths[1] ?? '') ?? '', /^ {2}a: "2"$/m);
    const warning =
      /warning parse\/duplicate-key: chart app: template app\/templates\/app.yaml: the key a /;
    assert.match(output, warning);
  });
});

describe('street P5: values that a chart makes up', () => {
  const template = map('app', '{password: {{ .Values.password | default (randAlphaNum 12) }}}');
  const password = ({ rendered }: ReturnType<typeof compileFiles>) =>
    /password: (\w+)/.exec(rendered.get('default/configmap_app.yaml') ?? '')?.[1];

  it('street P5: are an error that names chart, template, function and value', () => {
    const { status, output, rendered } = compileChart(template);
    assert.equal(status, 1);
    assert.match(output, /error build\/random: chart app .*randAlphaNum/);
    assert.match(output, /charts\/app\/templates\/app.yaml:4:\d+/);
    assert.match(output, /hint: set password/);
    assert.equal(rendered.size, 0);
  });

  it('street P5: are the same in every compile with random: Seeded, and others for another release', () => {
    const [first, second] = [1, 2].map(() => password(compileChart(template, ', random: Seeded')));
    assert.match(first ?? '', /^\w{12}$/);
    assert.equal(second, first);
    const other = compileChart(template, ', random: Seeded, releaseName: other');
    assert.match(password(other) ?? '', /^\w{12}$/);
    assert.notEqual(password(other), first);
  });

  it('street P5: cause an error only where the values are not set', () => {
    const { status, output } = compileChart(template, ', values: {password: given}');
    assert.equal(status, 0, output);
  });
});

describe('street P6: Capabilities', () => {
  it('street P6: are those of the version of the cluster, with the additional ones of the HelmRelease', () => {
    const has = (version: string) => `{{ .Capabilities.APIVersions.Has "${version}" }}`;
    const asked = [
      ...['batch/v1/CronJob', 'autoscaling/v2', 'policy/v1beta1', 'monitoring.coreos.com/v1'],
      'example.com/v1/Gauge',
    ];
    const answers = asked.map((version, index) => `k${index}: "${has(version)}"`);
    const template = map(
      'app',
      `{${answers.join(', ')}, version: "{{ .Capabilities.KubeVersion.Version }}"}`,
    );
    const version = 'status: {kubernetesVersion: v1.33.5-gke.100}';
    const { status, output, rendered } = compileChart(
      template,
      ', apiVersions: [example.com/v1/Gauge]',
      {
        'clusters/member1.yaml': `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: member1}\n${version}\n`,
      },
    );
    assert.equal(status, 0, output);
    const text = rendered.get('default/configmap_app.yaml') ?? '';
    const found = [...text.matchAll(/k\d: "(\w+)"/g)].map(([, answer]) => answer);
    assert.deepEqual(found, ['true', 'true', 'false', 'false', 'true']);
    assert.match(text, /version: v1.33.5\+-gke.100/);
  });
});

describe('street P7: schemas of values that refer to the network', () => {
  const schema = '{"properties": {"a": {"$ref": "https://schema.example/values.json"}}}';
  const files = { 'charts/app/values.schema.json': schema, 'charts/app/values.yaml': 'a: 1\n' };
  const template = map('app', '{a: "{{ .Values.a }}"}');

  it('street P7: are an error whose hint names skipSchemaValidation', () => {
    const { status, output } = compileChart(template, '', files);
    assert.equal(status, 1);
    assert.match(output, /schema\.example\/values\.json/);
    assert.match(output, /hint: .*skipSchemaValidation: true/);
  });

  it('street P7: are not read with skipSchemaValidation: true', () => {
    const { status, output, rendered } = compileChart(
      template,
      ', skipSchemaValidation: true',
      files,
    );
    assert.equal(status, 0, output);
    assert.match(rendered.get('default/configmap_app.yaml') ?? '', /a: "1"/);
  });

  it('street P7: a value that does not match names chart, value and file', () => {
    const { status, output } = compileChart(template, '', {
      ...files,
      'charts/app/values.schema.json': '{"properties": {"a": {"type": "string"}}}',
    });
    assert.equal(status, 1);
    assert.match(output, /chart app.*\ba\b.*string/s);
  });
});

it('street C5: the fault of an address in spec.chart names the fields to set', () => {
  const { status, output } = compileFiles({
    'templates/app.yaml': release(', version: 1.0.0').replace(
      'charts/app',
      'oci://r.example/all/app',
    ),
  });
  assert.equal(status, 1);
  assert.match(output, /spec must set repository to oci:\/\/r\.example\/all and chart to app\n/);
});
