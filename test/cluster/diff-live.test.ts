import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { dump, load } from 'js-yaml';
import { ApiProxy } from '#test/api/proxy.ts';
import { isReal } from '#test/fleet.ts';
import { until } from '#test/until.ts';
import { configMap, deployment, namespace, widget, widgetDefinition } from './objects.ts';
import { configMaps, deployments, onBoth, type Run, runRegatta, Scenario } from './scenario.ts';

const secrets = '/api/v1/namespaces/default/secrets';
const widgets = '/apis/test.regatta.dev/v1/namespaces/default/widgets';

function secret(password: string): object {
  const metadata = { name: 's', namespace: 'default' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: { password } };
}

let scenario: Scenario;

describe('regatta diff --live', () => {
  before(async () => {
    scenario = await Scenario.open();
    await scenario.repo.push({
      ...onBoth('default/configmap_a.json', configMap('a', '1')),
      ...onBoth('default/configmap_b.json', configMap('b', '1')),
      ...onBoth('default/deployment_web.json', deployment('web', 1, 'web:1')),
      ...onBoth('default/secret_s.json', secret('b25l')),
    });
  });
  after(() => scenario?.close());

  it('shows all objects that a first sync would create, and creates none', async () => {
    const { status, text } = await diff();
    assert.equal(status, 1, text);
    assert.match(text, /8 objects added, 0 changed, 0 removed on 2 clusters/);
    assert.match(text, /added 2 objects × 2 clusters|added .*ConfigMap default\/a/);
    assert.equal(await scenario.member1.get(`${configMaps}/a`), undefined);
    assert.equal(await scenario.member1.get('/api/v1/namespaces/regatta-system'), undefined);
  });

  it('prints no difference for synced clusters, despite defaults and controllers', async () => {
    assert.equal((await scenario.once()).status, 0);
    assert.deepEqual(await diff(), { status: 0, text: 'nothing changes\n' });
  });

  it('shows changes from Git, drift and deletions, and writes nothing', async () => {
    const { repo, member1, fleet } = scenario;
    await repo.push({
      ...onBoth('default/deployment_web.json', deployment('web', 2, 'web:2')),
      ...onBoth('default/secret_s.json', secret('dHdv')),
      'rendered/member1/default/configmap_b.json': undefined,
      'rendered/member2/default/configmap_b.json': undefined,
      ...onBoth('_cluster/namespace_new.json', namespace('new')),
      ...onBoth('new/configmap_c.json', configMap('c', '1', 'new')),
      'rendered/member1/_cluster/crd.json': widgetDefinition,
      'rendered/member1/default/widget.json': widget('w', 3),
    });
    await member1.edit(`${configMaps}/a`, 'another-manager', { data: { value: 'drifted' } });
    const labels = { team: 'x' };
    await member1.edit(`${deployments}/web`, 'kubectl-label', { metadata: { labels } });
    const before = await versions();
    const proxy = await ApiProxy.open(fleet.kubeconfig, 'member1');
    const writes: string[] = [];
    proxy.intercept = ({ method, url = '' }) => {
      if (method !== 'GET') writes.push(`${method} ${url}`);
      return false;
    };
    const proxied = await diff('--kubeconfig', proxy.kubeconfig, '--cluster', 'member1');
    proxy.close();
    const { status, text } = await diff();

    assert.equal(status, 1, text);
    assert.match(text, /changed Deployment default\/web/);
    assert.match(text, /- web:1\n.*\+ web:2/);
    assert.match(text, /changed ConfigMap default\/a: member1|changed ConfigMap default\/a × 1/);
    assert.match(text, /- drifted\n.*\+ ["']?1/);
    assert.match(text, /\.metadata\.labels\.team\n.*- x/);
    assert.match(text, /removed ConfigMap default\/b × 2/);
    assert.match(text, /added .*ConfigMap new\/c/);
    assert.match(text, /Widget default\/w was not checked by the cluster/);
    assert.match(text, /\(hidden\)/);
    assert.ok(!text.includes('dHdv') && !text.includes('b25l'));
    assert.ok(!/managedFields|resourceVersion|uid|creationTimestamp|applyset/.test(text), text);
    assert.equal(proxied.status, 1, proxied.text);
    assert.ok(writes.length > 0);
    assert.deepEqual(
      writes.filter((write) => !/^PATCH .*[?&]dryRun=All(&|$)/.test(write)),
      [],
    );
    assert.deepEqual(await versions(), before);
  });

  it('prints no difference after a sync of the changes that it showed', async () => {
    assert.equal((await scenario.once()).status, 0);
    assert.deepEqual(await diff(), { status: 0, text: 'nothing changes\n' });
  });

  it('EN20: shows what a sync will do about a rejected update, in the words of the API server', async () => {
    const { repo, member1 } = scenario;
    const file = 'rendered/member1/default/deployment_web.json';
    const { spec, ...web } = Object(deployment('web', 2, 'web:2'));
    const other = JSON.parse(JSON.stringify(spec).replaceAll('"app":"web"', '"app":"other"'));
    const kept = (await member1.get(`${deployments}/web`))?.metadata;
    await repo.push({ [file]: { ...web, spec: other } });
    const refused = await diff('--cluster', 'member1');
    assert.match(
      refused.text,
      /member1: Deployment default\/web is rejected: .*spec\.selector.*field is immutable; cannot be changed in place; set regatta\.dev\/replace: "true"/,
    );
    assert.doesNotMatch(refused.text, /changed Deployment default\/web/);
    const annotations = { 'regatta.dev/replace': 'true' };
    const metadata = { ...web.metadata, annotations };
    await repo.push({ [file]: { ...web, metadata, spec: other } });
    const replaced = await diff('--cluster', 'member1');
    assert.match(
      replaced.text,
      /member1: Deployment default\/web is deleted and created again, because the API server rejects the update: .*field is immutable/,
    );
    assert.match(replaced.text, /changed Deployment default\/web/);
    await repo.push({ [file]: { ...web, metadata, spec: { ...other, replicas: -1 } } });
    const impossible = await diff('--cluster', 'member1');
    assert.match(impossible.text, /is rejected: .*not replaced, because the API server rejects/);
    await repo.push({ [file]: { ...web, spec: { ...spec, strategy: { type: 'Recreate' } } } });
    const defaulted = await diff('--cluster', 'member1');
    assert.match(defaulted.text, /default\/web loses spec\.strategy\.rollingUpdate, because/);
    assert.match(defaulted.text, /changed Deployment default\/web/);
    const now = (await member1.get(`${deployments}/web`))?.metadata;
    assert.deepEqual([now?.uid, now?.resourceVersion], [kept?.uid, kept?.resourceVersion]);
    await repo.push({ [file]: deployment('web', 2, 'web:2') });
  });

  it('EN20: shows a rejected transition of a custom resource', { skip: !isReal }, async () => {
    const { repo, member1 } = scenario;
    const rule = { rule: 'self == oldSelf', message: 'the size is final' };
    const size = { type: 'integer', 'x-kubernetes-validations': [rule] };
    const properties = { spec: { type: 'object', properties: { size } } };
    const definition = structuredClone(Object(widgetDefinition));
    definition.spec.versions[0].schema.openAPIV3Schema = { type: 'object', properties };
    await repo.push({ 'rendered/member1/_cluster/crd.json': definition });
    assert.equal((await scenario.once()).status, 0);
    const file = 'rendered/member1/default/widget.json';
    await repo.push({ [file]: widget('w', 4) });
    // An API server enforces a new rule only some time after it has accepted the definition.
    const text = await until('the server to enforce the rule', async () => {
      const shown = await diff('--cluster', 'member1');
      return shown.text.includes('is rejected') && shown.text;
    });
    assert.match(text, /Widget default\/w is rejected: .*the size is final/);
    assert.match(text, /cannot be changed in place; set regatta\.dev\/replace: "true"/);
    await repo.push({ [file]: widget('w', 3) });
    assert.equal(Object(await member1.get(`${widgets}/w`)).spec.size, 3);
  });

  it('reports held deletions and refused objects', async () => {
    await scenario.member1.apply(
      `${configMaps}/theirs`,
      'another-manager',
      configMap('theirs', '1'),
    );
    await scenario.repo.push(onBoth('default/configmap_theirs.json', configMap('theirs', '2')));
    const { status, text } = await diff();
    assert.equal(status, 1, text);
    assert.match(text, /member1: ConfigMap default\/theirs .*is not managed by Regatta/);
    assert.match(text, /added ConfigMap default\/theirs: member2|default\/theirs × 1/);
  });

  it('compares the other objects when one is encrypted for foreign keys, and exits with 2', async () => {
    const sealed = readFileSync(
      new URL('../io/fixtures/sops/secret.yaml', import.meta.url),
      'utf8',
    );
    await scenario.repo.push({
      'rendered/member2/shop/secret_db.yaml': sealed,
      ...onBoth('default/configmap_b.json', configMap('b', '2')),
    });
    const { status, text } = await diff();
    assert.equal(status, 2, text);
    assert.match(
      text,
      /member2: Secret shop\/db was not compared: it is encrypted, and no key for it is configured/,
    );
    assert.match(text, /default\/b × 2/);
    assert.ok(!text.includes('ENC['));
    await scenario.repo.push({ 'rendered/member2/shop/secret_db.yaml': undefined });
  });

  it('compares the other clusters when one does not answer, and exits with 2', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { readonly port: number };
    const file = `${scenario.fleet.kubeconfig}.silent`;
    const config = load(readFileSync(scenario.fleet.kubeconfig, 'utf8')) as {
      clusters: { name: string; cluster: { server: string } }[];
    };
    for (const { name, cluster } of config.clusters) {
      if (name === 'member1') cluster.server = `http://127.0.0.1:${port}`;
    }
    writeFileSync(file, dump(config));
    const begun = performance.now();
    const { status, text } = await diff('--kubeconfig', file, '--timeout', '3s');
    silent.close();
    assert.equal(status, 2, text);
    assert.ok(performance.now() - begun < 20_000);
    assert.match(text, /member1: did not answer within 3000 ms/);
    assert.match(text, /default\/theirs/);
  });

  it('requires a kubeconfig and a repository', async () => {
    const none = await diff('--kubeconfig', '/nowhere');
    assert.equal(none.status, 2);
    assert.match(none.text, /kubeconfig \/nowhere/);
    assert.equal((await diff('--base', 'main')).status, 2);
  });

  /** Returns the resourceVersions of all objects in `default` and of the inventory. */
  async function versions(): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (const api of [scenario.member1, scenario.member2]) {
      for (const path of [
        `${configMaps}/a`,
        `${configMaps}/b`,
        `${deployments}/web`,
        `${secrets}/s`,
      ]) {
        found.push((await api.get(path))?.metadata.resourceVersion);
      }
    }
    return found;
  }

  function diff(...flags: readonly string[]): Promise<Run> {
    const { fleet, repo } = scenario;
    const config = flags.includes('--kubeconfig') ? [] : ['--kubeconfig', fleet.kubeconfig];
    return runRegatta('diff', repo.checkout, '--live', ...config, ...flags);
  }
});
