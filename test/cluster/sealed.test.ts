import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { seal } from '#test/seal.ts';
import { isObject, runRegatta, Scenario } from './scenario.ts';

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

  it('K14: an object that the syncer cannot decrypt fails alone, and is never applied', async () => {
    for (const flags of [keys('stranger'), []]) {
      const { status, events } = await scenario.once(...flags);
      assert.equal(status, 1);
      const refused = events.find(isObject('member1', '/Secret/shop/db', 'refused'));
      assert.match(JSON.stringify(refused), /is encrypted/);
      assert.ok(await scenario.member1.get('/api/v1/namespaces/shop'));
      assert.equal(await scenario.member1.get(`${secrets}/db`), undefined);
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

  it('K14: an event and an Event in the cluster name an encrypted object without the annotation', async () => {
    const { events } = await scenario.once(...keys('key'));
    const warnings = events.filter(({ type }) => type === 'warning');
    assert.equal(warnings.length, 1, JSON.stringify(warnings));
    assert.match(JSON.stringify(warnings), /"\/Secret\/shop\/db".*lacks the annotation/);
    const list = await scenario.member1.get('/api/v1/namespaces/shop/events');
    const { items } = list as unknown as { readonly items: readonly KubeObject[] };
    const reported = items.filter(({ reason }) => reason === 'NotSealedFor');
    assert.ok(reported.length > 0, JSON.stringify(items));
    assert.match(String(reported[0]?.message), /^lacks the annotation regatta\.dev\/sealed-for/);
    assert.doesNotMatch(JSON.stringify([...warnings, ...items]), /horse|hunter2|aHVudGVyMg/);
  });

  it('does not write a decrypted Secret again when nothing changed', async () => {
    const { events } = await scenario.once(...keys('key'));
    const written = events.filter(({ type }) => type === 'object' || type === 'drift');
    assert.deepEqual(written, []);
  });

  it('K14: status names an encrypted object without the annotation, while sealedFor is Warn', async () => {
    const { repo, fleet } = scenario;
    const places = ['--kubeconfig', fleet.kubeconfig, '--state-dir', `${repo.directory}/state`];
    const args = ['status', repo.url, ...places, '--cluster', 'member1', ...keys('key')];
    const { status, text } = await runRegatta(...args);
    assert.equal(status, 0, text);
    assert.match(
      text,
      /^member1: Secret shop\/db lacks the annotation regatta\.dev\/sealed-for, encrypted by SOPS/m,
    );
    const { text: json } = await runRegatta(...args, '-o', 'json');
    assert.match(json, /"warnings": \[\s*\{\s*"key": "\/Secret\/shop\/db"/);
    assert.doesNotMatch(text + json, /horse|hunter2/);
  });

  it('K14: S08b: a value that was copied into another object reaches no cluster', async () => {
    const own = await seal({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'own',
        namespace: 'shop',
        annotations: { 'regatta.dev/sealed-for': 'shop/own' },
      },
      stringData: { token: 'tulip-7431' },
    });
    const metadata = (name: string, namespace = 'shop') => ({ ...own.metadata, name, namespace });
    const copies = {
      borrowed: { ...own, metadata: metadata('borrowed') },
      elsewhere: { ...own, metadata: metadata('own', 'default') },
      map: { ...own, kind: 'ConfigMap', metadata: metadata('map'), data: own.stringData },
      own,
    };
    const files = Object.entries(copies).map(([name, object]) => [
      `templates/${name}.json`,
      object,
    ]);
    const kinds = policy.replace(
      'kind: Secret}]',
      'kind: Secret}, {apiVersion: v1, kind: ConfigMap}]',
    );
    scenario.repo.pull();
    await scenario.repo.push({ ...Object.fromEntries(files), 'policies/all.yaml': kinds });
    const { status, events } = await scenario.once(...keys('key'));
    assert.equal(status, 1);
    const refused = events.flatMap((event) =>
      event.type === 'object' && event.result === 'refused'
        ? [`${event.key} ${event.message}`]
        : [],
    );
    assert.deepEqual(refused.toSorted(), [
      '/ConfigMap/shop/map is encrypted by SOPS, but is not a Secret; spec.sync.sealedKinds of regatta.yaml must list its kind',
      '/Secret/default/own is sealed for shop/own',
      '/Secret/shop/borrowed is sealed for shop/own',
    ]);
    const written = await scenario.member1.get(`${secrets}/own`);
    assert.deepEqual(written?.data, { token: 'dHVsaXAtNzQzMQ==' });
    for (const path of [`${secrets}/borrowed`, '/api/v1/namespaces/default/secrets/own']) {
      assert.equal(await scenario.member1.get(path), undefined);
    }
    assert.equal(await scenario.member1.get('/api/v1/namespaces/shop/configmaps/map'), undefined);
    assert.doesNotMatch(JSON.stringify(events), /tulip|dHVsaX/);
  });

  it('K14: an object that can no longer be decrypted stays in the cluster', async () => {
    const { status } = await scenario.once(...keys('stranger'));
    assert.equal(status, 1);
    assert.ok(await scenario.member1.get(`${secrets}/db`));
  });

  it('K14: sealedFor Require refuses an object without the annotation', async () => {
    scenario.repo.pull();
    await scenario.repo.push({
      'regatta.yaml':
        'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {sync: {sealedFor: Require}}\n',
    });
    const { events } = await scenario.once(...keys('key'));
    const refused = events.find(isObject('member1', '/Secret/shop/db', 'refused'));
    assert.match(JSON.stringify(refused), /lacks the annotation regatta\.dev\/sealed-for/);
    assert.ok(await scenario.member1.get(`${secrets}/db`));
  });
});
