import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AttackedRepository } from './repository.ts';

const canary = 'hunter2canary';
/** Addresses with a password or a token. One of them lacks a slash. */
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
];

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
});
