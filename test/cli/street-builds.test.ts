import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const kinds = ['v1 ConfigMap', 'v1 Secret', 'apps/v1 Deployment'];
const ciphertext =
  'ENC[AES256_GCM,data:R0lWRU5VUA==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]';
const chart = (name: string, more = '') => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`;

describe('street E1: encrypted inputs', () => {
  const kustomization = (generator: string) =>
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${generator}\n`;

  for (const [name, generator, path, content] of [
    ['an env file', 'secretGenerator: [{name: a, envs: [a.env]}]', 'a.env', `A=${ciphertext}\n`],
    [
      'a file of a Secret',
      'secretGenerator: [{name: a, files: [a.json]}]',
      'a.json',
      `{"some": "text of some length before it", "key": "${ciphertext}", "sops": {}}\n`,
    ],
    [
      'a file of a ConfigMap',
      'configMapGenerator: [{name: a, files: [a.ini]}]',
      'a.ini',
      `[x]\nkey = ${ciphertext}\n`,
    ],
  ] as const) {
    it(`street E1: rejects ${name} that SOPS encrypted, and names the file`, () => {
      const { status, output, rendered } = compileFiles(
        {
          'templates/app/kustomization.yaml': kustomization(generator),
          [`templates/app/${path}`]: content,
        },
        kinds,
      );
      assert.equal(status, 1);
      assert.match(output, new RegExp(`error build/encrypted-input: .* templates/app/${path}\n`));
      assert.equal(rendered.size, 0);
    });
  }

  for (const [name, use] of [
    ['plain', 'stringData: {key: {{ .Values.key | quote }}}'],
    ['base64', 'data: {key: {{ .Values.key | b64enc | quote }}}'],
    ['inside a text', 'stringData: {url: "postgres://app:{{ .Values.key }}@db"}'],
    [
      'inside base64',
      'data: {url: {{ printf "postgres://app:%s@db" .Values.key | b64enc | quote }}}',
    ],
  ] as const) {
    it(`street E1: rejects encrypted values of a chart, ${name}`, () => {
      const { status, output } = compileFiles(
        {
          'templates/app/Chart.yaml': chart('app'),
          'templates/app/values.yaml': `key: ${ciphertext}\nsops: {version: 3.10.2}\n`,
          'templates/app/templates/a.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n${use}\n`,
        },
        kinds,
      );
      assert.equal(status, 1);
      assert.match(
        output,
        /error build\/encrypted-input: Secret a: .* templates\/app\/values\.yaml\n/,
      );
    });
  }

  it('street E1: rejects ciphertext in an object without sops metadata', () => {
    const { status, output } = compileFiles(
      {
        'templates/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  key: ${ciphertext}\n`,
      },
      kinds,
    );
    assert.equal(status, 1);
    assert.match(
      output,
      /^templates\/a\.yaml:5:8: error parse\/stray-ciphertext: ConfigMap a: data\.key /,
    );
  });

  it('street E1: keeps a Secret that SOPS encrypted as a resource of a kustomization', () => {
    const { status, output, rendered } = compileFiles(
      {
        'templates/app/kustomization.yaml': kustomization('resources: [a.yaml]'),
        'templates/app/a.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: default}\nstringData: {key: "${ciphertext}"}\nsops: {version: 3.10.2, mac: "${ciphertext}"}\n`,
      },
      kinds,
    );
    assert.equal(status, 0, output);
    assert.deepEqual([...rendered.keys()], ['default/secret_a.yaml']);
  });
});

describe('street H1: versions of vendors', () => {
  const map = (value: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {v: ${value}}\n`;
  const compiled = (version: string, value: string) =>
    compileFiles(
      {
        'clusters/member1.yaml': `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: member1}\nspec: {}\nstatus: {kubernetesVersion: ${version}}\n`,
        'templates/app/Chart.yaml': chart('app', 'kubeVersion: ">= 1.28.0"\n'),
        'templates/app/templates/a.yaml': map(value),
      },
      kinds,
    );

  for (const version of [
    'v1.33.5-gke.2392000',
    'v1.33.5-eks-1de2ab1',
    'v1.33.5+k3s1',
    '1.33.5-aliyun.1',
  ]) {
    it(`street H1: ${version} is a release for kubeVersion and semverCompare`, () => {
      const { status, output, rendered } = compiled(
        version,
        '{{ semverCompare ">=1.28.0" .Capabilities.KubeVersion.Version | quote }}',
      );
      assert.equal(status, 0, output);
      assert.match(rendered.get('default/configmap_a.yaml') ?? '', /v: "true"/);
    });
  }

  it('street H1: charts still recognise the vendor', () => {
    const { rendered } = compiled(
      'v1.33.5-gke.2392000',
      '{{ contains "-gke." .Capabilities.KubeVersion.GitVersion | quote }}',
    );
    assert.match(rendered.get('default/configmap_a.yaml') ?? '', /v: "true"/);
  });

  it('street H1: a version before a release stays one', () => {
    const { rendered } = compiled(
      'v1.34.0-rc.1',
      '{{ semverCompare ">=1.34.0" .Capabilities.KubeVersion.Version | quote }}',
    );
    assert.match(rendered.get('default/configmap_a.yaml') ?? '', /v: "false"/);
  });

  it('street H4: a version that does not fit names chart, range and cluster as the cluster reports itself', () => {
    const { status, output } = compiled('v1.27.5-gke.100', 'x');
    assert.equal(status, 1);
    assert.match(
      output,
      /chart app requires Kubernetes >= 1\.28\.0, but member1 runs v1\.27\.5-gke\.100/,
    );
  });
});
