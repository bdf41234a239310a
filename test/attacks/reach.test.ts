/** Builds that try to reach anything outside of the commit. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { configMapsTo } from '#test/one-member.ts';
import { AttackedRepository, type Lure } from './repository.ts';

/** The files of an attack by path, and the expected diagnostic. */
interface Attack {
  readonly files: Readonly<Record<string, string>>;
  readonly says: RegExp;
}

const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\n';

function chart(template: string, more: Readonly<Record<string, string>> = {}) {
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: attack\nversion: 1.0.0\n',
    'templates/map.yaml': `${map}data:\n  found: ${template}\n`,
  };
  return { ...files, ...more };
}

function kustomization(text: string, more: Readonly<Record<string, string>> = {}) {
  return { 'kustomization.yaml': text, 'map.yaml': map, ...more };
}

function schema(reference: string) {
  return chart('x', { 'values.schema.json': JSON.stringify({ $ref: reference }) });
}

function plugin(functionText: string): string {
  const annotations = `{config.kubernetes.io/function: ${JSON.stringify(functionText)}}`;
  return `apiVersion: example.com/v1\nkind: Plugin\nmetadata: {name: p, annotations: ${annotations}}\n`;
}

/** Charts whose schemas refer to something outside of them, by name. */
function schemas({ url, file }: Lure): Readonly<Record<string, Attack['files']>> {
  return {
    'schema-file': schema(`file://${file}`),
    'schema-server': schema(`${url}/schema.json`),
    'subchart-schema': chart('x', {
      'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
      'charts/sub/values.schema.json': JSON.stringify({ $ref: `${url}/schema.json` }),
    }),
  };
}

/** Names of folders that a program would take for options. */
const optionNames = ['--post-renderer=plugin', '--kubeconfig=x', '-f'];

/** Attacks that the compile reports as errors, by name. */
function refused({ url, file }: Lure): Readonly<Record<string, Attack>> {
  const remote = /build\/(remote|not-locked|failed)/;
  return {
    environment: { files: chart('{{ env "CANARY" }}'), says: /build\/failed/ },
    'expanded-environment': { files: chart('{{ expandenv "$CANARY" }}'), says: /build\/failed/ },
    'remote-resource': { files: kustomization(`resources: ["${url}/a.yaml"]`), says: remote },
    'remote-git': { files: kustomization(`resources: ["${url}/a/b.git?ref=v1"]`), says: remote },
    'odd-case': { files: kustomization(`Resources: ["${url}/a.yaml"]`), says: remote },
    'git-prefix': { files: kustomization(`resources: ["git::${url}/a/b"]`), says: remote },
    'remote-ssh': { files: kustomization('resources: ["me@127.0.0.1:a/b"]'), says: remote },
    'remote-patch': {
      files: kustomization(`resources: [map.yaml]\npatches: [{path: "${url}/p"}]`),
      says: remote,
    },
    'remote-crds': {
      files: kustomization(`resources: [map.yaml]\ncrds: ["${url}/c.yaml"]`),
      says: remote,
    },
    'remote-openapi': {
      files: kustomization(`resources: [map.yaml]\nopenapi: {path: "${url}/o.json"}`),
      says: remote,
    },
    'remote-chart': {
      files: kustomization(`helmCharts: [{name: a, repo: "${url}", version: 1.0.0}]`),
      says: /build\/helm-charts/,
    },
    'file-outside': {
      files: kustomization(`configMapGenerator: [{name: a, files: ["${file}"]}]`),
      says: remote,
    },
    'file-above': {
      files: kustomization('configMapGenerator: [{name: a, files: [../../../outside.yaml]}]'),
      says: remote,
    },
    'program-as-function': {
      files: kustomization('generators: [plugin.yaml]', {
        'plugin.yaml': plugin('exec: {path: ./plugin}'),
        plugin: '#!/bin/sh\n',
      }),
      says: /build\/failed/,
    },
    'container-as-function': {
      files: kustomization('resources: [map.yaml]\ntransformers: [plugin.yaml]', {
        'plugin.yaml': plugin('container: {image: example.com/plugin, network: true}'),
      }),
      says: /build\/failed/,
    },
  };
}

/** Attacks that succeed with empty values. */
function futile({ file }: Lure): Readonly<Record<string, Attack['files']>> {
  return {
    name: chart('{{ getHostByName "localhost" | quote }}'),
    live: chart('{{ lookup "v1" "Secret" "" "" | toJson | quote }}'),
    outside: chart(`{{ .Files.Get "${file}" | quote }}`),
    above: chart('{{ .Files.Get "../../../outside.yaml" | quote }}'),
    everything: chart('{{ .Files.Glob "../**" | toJson | quote }}'),
  };
}

describe('builds that try to reach anything outside of the commit', () => {
  let repository: AttackedRepository;
  beforeEach(async () => {
    repository = await AttackedRepository.start();
  });
  afterEach(() => repository.close());

  function place(name: string, files: Attack['files']): void {
    for (const [path, text] of Object.entries(files)) {
      repository.write(`templates/${name}/${path}`, text);
    }
  }

  function assertNothingReached(text: string): void {
    assert.equal(repository.connections, 0, 'a server was asked');
    assert.equal(repository.hasStarted, false, 'a program was started');
    assert.ok(!text.includes(repository.secret), text);
  }

  it('K2: K4: no build reaches a server, file, variable or program, and each attempt is reported', async () => {
    const attacks = Object.entries(refused(repository.lure));
    for (const [name, { files }] of attacks) place(name, files);
    const { status, output, rendered } = await repository.compile();
    assertNothingReached(output + rendered);
    assert.equal(status, 1, output);
    assert.equal(rendered, '');
    for (const [name, { says }] of attacks) {
      const lines = output.split('\n').filter((line) => line.includes(`templates/${name}`));
      assert.match(lines.join('\n'), says, `${name}:\n${output}`);
    }
  });

  it('K5: S05: the schema of a chart reaches no server and no file', async () => {
    const attacks = Object.entries(schemas(repository.lure));
    for (const [name, files] of attacks) place(name, files);
    const { status, output, rendered } = await repository.compile();
    assertNothingReached(output + rendered);
    assert.equal(status, 1, output);
    for (const [name] of attacks) {
      assert.match(output, new RegExp(`templates/${name}/.*: error build/values-schema: `));
    }
  });

  it('K3: S02: no program takes the name of a folder for an option', async () => {
    for (const name of optionNames) place(name, chart('x'));
    const { status, output, rendered } = await repository.compile();
    assertNothingReached(output + rendered);
    assert.equal(status, 1, output);
    for (const name of optionNames) {
      const fault = `the folder name "${name}" is not a valid release name`;
      assert.ok(output.includes(`error parse/invalid-value: ${fault}`), output);
    }
  });

  it('K2: a chart gets empty values from the network, the cluster and other files', async () => {
    const attacks = Object.entries(futile(repository.lure));
    for (const [name, files] of attacks) {
      place(name, {
        ...files,
        'templates/map.yaml':
          files['templates/map.yaml']?.replace('name: map', `name: ${name}`) ?? '',
      });
    }
    repository.write('policies/all.yaml', everywhere);
    const { status, output, rendered } = await repository.compile();
    assertNothingReached(output + rendered);
    assert.equal(status, 0, output);
    const found = [...rendered.matchAll(/^ {2}found: (.*)$/gm)].map(([, value]) => value);
    assert.deepEqual(found.toSorted(), ['""', '""', '""', '"{}"', '"{}"'], rendered);
  });
});

const everywhere = configMapsTo('one');
