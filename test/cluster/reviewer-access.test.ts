import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { dump, load } from 'js-yaml';
import { isReal } from '#test/fleet.ts';
import { tokenOf } from './agent-access.ts';
import type { Api } from './api.ts';
import { configMap, deployment, namespace } from './objects.ts';
import { onBoth, runRegatta, Scenario } from './scenario.ts';

const skip = isReal ? false : 'needs access rules: npm run test:cluster';

let scenario: Scenario;

/** The sandbox does not enforce access rules. */
describe('commands without permission to write', { skip }, () => {
  before(async () => {
    scenario = await Scenario.open();
    await scenario.repo.push({
      ...onBoth('default/configmap_a.json', configMap('a', '1')),
      ...onBoth('default/configmap_b.json', configMap('b', '1')),
      ...onBoth('default/deployment_web.json', deployment('web', 1, 'web:1')),
    });
    assert.equal((await scenario.once()).status, 0);
    await scenario.repo.push({
      ...onBoth('default/configmap_a.json', configMap('a', '2')),
      ...onBoth('default/configmap_n.json', configMap('n', '1')),
      ...onBoth('_cluster/namespace_new.json', namespace('new')),
      'rendered/member1/default/configmap_b.json': undefined,
      'rendered/member2/default/configmap_b.json': undefined,
    });
  });
  after(() => scenario?.close());

  it('regatta diff --live reports the objects that it is not allowed to dry-run', async () => {
    const { status, text } = await as('reader', readVerbs, 'diff');
    assert.equal(status, 2, text);
    assert.match(text, /member1: ConfigMap default\/a was not compared: .*cannot patch resource/);
    assert.match(text, /removed ConfigMap default\/b × 2/);
  });

  it('regatta diff --live needs get, list, create and patch, but not delete', async () => {
    const { status, text } = await as('reviewer', [...readVerbs, 'create', 'patch'], 'diff');
    assert.equal(status, 1, text);
    assert.match(text, /changed ConfigMap default\/a × 2/);
    assert.match(text, /removed ConfigMap default\/b × 2/);
    assert.match(text, /4 objects added, 2 changed, 2 removed on 2 clusters/);
    assert.ok(!text.includes('forbidden'), text);
  });

  it('regatta diff --live reports objects that it is not allowed to list as not compared', async () => {
    await scenario.once();
    const { status, text } = await as('guest', ['get'], 'diff');
    assert.equal(status, 2, text);
    assert.match(text, /member2: ConfigMap default\/a was not compared: .*cannot list resource/);
  });

  it('regatta status and drift need only get and list for synced clusters', async () => {
    assert.equal((await as('reader', readVerbs, 'drift')).status, 0);
    const { status, text } = await as('reader', readVerbs, 'status');
    assert.ok(!text.includes('forbidden'), text);
    assert.match(text, /member1 +synced/);
    assert.equal(status, 0, text);
  });
});

const readVerbs: readonly string[] = ['get', 'list'];

/** Runs a command as a ServiceAccount with these verbs on the kinds that applications use. */
async function as(name: string, verbs: readonly string[], verb: 'diff' | 'status' | 'drift') {
  const { fleet, repo, member1, member2 } = scenario;
  const file = `${fleet.kubeconfig}.${name}`;
  const config = load(readFileSync(fleet.kubeconfig, 'utf8')) as Kubeconfig;
  for (const api of [member1, member2]) await allow(api, name, verbs);
  config.users = await Promise.all(
    fleet.members.map(async (member) => {
      return { name: member, user: { token: await tokenOf(fleet, member, ['default', name]) } };
    }),
  );
  for (const { name, context } of config.contexts) context.user = name;
  writeFileSync(file, dump(config), { mode: 0o600 });
  const state = ['--state-dir', `${repo.directory}/state`];
  const what = verb === 'diff' ? [repo.checkout, '--live'] : [repo.url, ...state];
  return runRegatta(verb, ...what, '--kubeconfig', file);
}

interface Kubeconfig {
  users: object[];
  readonly contexts: readonly { readonly name: string; readonly context: { user: string } }[];
}

/** Creates a ServiceAccount with permission for these verbs. */
async function allow(api: Api, name: string, verbs: readonly string[]): Promise<void> {
  const account = { kind: 'ServiceAccount', name, namespace: 'default' };
  await api.apply(`/api/v1/namespaces/default/serviceaccounts/${name}`, 'test', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: 'default' },
  });
  await api.apply(`${roles}/clusterroles/${name}`, 'test', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: [
      { apiGroups: [''], resources: ['configmaps', 'secrets', 'namespaces'], verbs },
      { apiGroups: ['apps'], resources: ['deployments'], verbs },
    ],
  });
  await api.apply(`${roles}/clusterrolebindings/${name}`, 'test', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [account],
  });
}

const roles = '/apis/rbac.authorization.k8s.io/v1';
