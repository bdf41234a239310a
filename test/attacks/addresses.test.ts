import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AttackedRepository } from './repository.ts';

const canary = 'hunter2canary';
/** Addresses with a password or a token. Some of them lack slashes or a scheme. */
const addresses = [
  `https://bob:${canary}@127.0.0.1:9/a.yaml`,
  `https://bob:x@${canary}@127.0.0.1:9/a.yaml`,
  `https://${canary}@127.0.0.1:9/a.yaml`,
  `git::https://bob:${canary}@127.0.0.1:9/a/b`,
  `ssh://bob:${canary}@127.0.0.1:9/a/b`,
  `https://127.0.0.1:9/a.yaml?private_token=${canary}&ref=v1`,
  `https://127.0.0.1:9/a.yaml?X-Amz-Signature=${canary}`,
  `https://127.0.0.1:9/a.yaml?sv=1&sig=${canary}`,
  `http:/bob:${canary}@127.0.0.1:9/a.yaml`,
  `https:bob:${canary}@127.0.0.1:9/a`,
  `//bob:${canary}@127.0.0.1:9/a`,
];
const [address = ''] = addresses;

/** A policy that places all objects of these kinds in the namespace `default`. */
function policy(...types: readonly (readonly [apiVersion: string, kind: string])[]): string {
  const resourceSelectors = types.map(([apiVersion, kind]) => ({ apiVersion, kind }));
  return JSON.stringify({
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name: 'all', namespace: 'default' },
    spec: { resourceSelectors, placement: { clusterAffinity: { clusterNames: ['one'] } } },
  });
}

function object(apiVersion: string, kind: string, name: string, spec: object): string {
  return JSON.stringify({ apiVersion, kind, metadata: { name, namespace: 'default' }, spec });
}

describe('addresses with credentials', () => {
  let repository: AttackedRepository;
  beforeEach(async () => {
    repository = await AttackedRepository.start();
  });
  afterEach(() => repository.close());

  it('K15: no message repeats the password or the token of an address', async () => {
    for (const [index, address] of addresses.entries()) {
      const text = `resources:\n- "${address}"\n`;
      repository.write(`templates/a${index}/kustomization.yaml`, text);
    }
    const release = `{chart: web, version: 1.0.0, repository: "https://bob:${canary}@127.0.0.1:9/c"}`;
    repository.write(
      'templates/release.yaml',
      `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata: {name: a}\nspec: ${release}\n`,
    );
    const { status, output } = await repository.compile();
    assert.equal(status, 1, output);
    assert.match(output, /https:\/\/127\.0\.0\.1:9\/a\.yaml\?private_token=\*\*\*&ref=v1/);
    for (const line of output.split('\n')) assert.ok(!line.includes(canary), line);
    const files = new Set(output.match(/templates\/\w+/g));
    assert.equal(files.size, addresses.length + 1, output);
  });

  /** Runs a command with each format, and asserts that no output has the canary. Returns the output as text. */
  async function shown(word: string, ...formats: readonly string[]): Promise<string> {
    const { output } = await repository.run(word);
    const others = await Promise.all(
      formats.map((format) => repository.run(word, '--output', format)),
    );
    const lines = [output, ...others.map((other) => other.output)].join('\n').split('\n');
    for (const line of lines) assert.ok(!line.includes(canary), line);
    return output;
  }

  it('K13: K15: no engine that builds repeats them, in any format', async () => {
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n';
    const kustomizations = {
      field: `"${address}": x\n`,
      prefix: `namePrefix: "${address}"\nresources: [map.yaml]\n`,
      chart: `helmCharts:\n- {name: a, repo: "${address}"}\n`,
    };
    for (const [name, text] of Object.entries(kustomizations)) {
      repository.write(`templates/${name}/kustomization.yaml`, text);
      repository.write(`templates/${name}/map.yaml`, map);
    }
    repository.write('templates/web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
    repository.write('templates/web/templates/a.yaml', `{{ fail "cannot use ${address}" }}\n`);
    const output = await shown('compile', 'json');
    for (const message of [
      /unknown field "https:\/\/\*\*\*@127/,
      /metadata\.name is not a valid name .*"https:\/\/\*\*\*@127/,
      /"repository":"https:\/\/\*\*\*@127/,
      /cannot use https:\/\/\*\*\*@127/,
    ]) {
      assert.match(output, message);
    }
  });

  it('K13: K15: no engine that validates repeats them', async () => {
    const istio = 'networking.istio.io/v1';
    const service = { type: 'ExternalName', externalName: address };
    const virtual = { hosts: [address], http: [{ route: [{ destination: { host: address } }] }] };
    repository.write('policies/all.yaml', policy(['v1', 'Service'], [istio, 'VirtualService']));
    repository.write('templates/a.yaml', object('v1', 'Service', 'a', service));
    repository.write('templates/b.yaml', object(istio, 'VirtualService', 'b', virtual));
    const output = await shown('lint', 'sarif');
    assert.match(output, /spec\.externalName: Invalid value: "https:\/\/\*\*\*@127/);
    assert.match(output, /VirtualService default\/b: .*https:\/\/\*\*\*@127/);
  });
});
