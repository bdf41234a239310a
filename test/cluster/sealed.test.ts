import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Scenario } from './scenario.ts';

const fixtures = join(import.meta.dirname, '../io/fixtures/sops');
const keys = (name: string) => ['--age-key-file', join(fixtures, `${name}.txt`)];
const secrets = '/api/v1/namespaces/shop/secrets';
const password = 'correct horse battery staple';

const members = ['member1', 'member2'].map(
  (name) => `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\n`,
);
const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors: [{apiVersion: v1, kind: Secret}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;

let scenario: Scenario;

describe('a Secret that SOPS has encrypted', () => {
  before(async () => {
    scenario = await Scenario.open('--compile');
    await scenario.repo.push({
      'clusters/members.yaml': members.join('---\n'),
      'templates/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
      'templates/secret.yaml': readFileSync(join(fixtures, 'secret.yaml'), 'utf8'),
      'policies/all.yaml': policy,
    });
  });
  after(() => scenario?.close());

  it('never applies an encrypted Secret: without its key the cluster does not change', async () => {
    for (const flags of [keys('stranger'), []]) {
      const { status, events } = await scenario.once(...flags);
      assert.equal(status, 1);
      const refused = events.filter(({ type }) => type === 'refused');
      assert.match(
        JSON.stringify(refused),
        /member1\/shop\/secret_db\.yaml: Secret shop\/db is encrypted/,
      );
      assert.equal(await scenario.member1.get('/api/v1/namespaces/shop'), undefined);
    }
  });

  it('decrypts a Secret for its cluster, while it stays encrypted in Git', async () => {
    const { status, events } = await scenario.once(...keys('key'));
    assert.equal(status, 0);
    const secret = await scenario.member1.get(`${secrets}/db`);
    const { data, sops } = secret as unknown as { data: Record<string, string>; sops?: unknown };
    assert.equal(Buffer.from(data.password ?? '', 'base64').toString(), password);
    assert.equal(Buffer.from(data.token ?? '', 'base64').toString(), 'hunter2');
    assert.equal(sops, undefined);

    const show = ['show', 'main:rendered/member1/shop/secret_db.yaml'];
    const rendered = execFileSync('git', show, { cwd: scenario.repo.url, encoding: 'utf8' });
    assert.match(rendered, /password: "?ENC\[AES256_GCM,/);
    assert.doesNotMatch(JSON.stringify(events), /horse|hunter2|aHVudGVyMg/);
  });

  it('does not write a decrypted Secret again when nothing changed', async () => {
    const { events } = await scenario.once(...keys('key'));
    const written = events.filter(({ type }) => type === 'object' || type === 'drift');
    assert.deepEqual(written, []);
  });
});
