import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { dump, load } from 'js-yaml';
import { command } from '#test/command.ts';
import { isReal, tokenOf } from './agent-access.ts';
import { configMap, deployment, namespace } from './objects.ts';
import { onBoth, type Run, Scenario } from './scenario.ts';

const skip = isReal ? false : 'needs access rules: npm run test:cluster';

let scenario: Scenario;

/** The sandbox knows no access rules. */
describe('without the right to write', { skip }, () => {
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

  it('regatta diff --live tells what it may not try', async () => {
    const { status, text } = await as('reader', readVerbs, 'diff');
    assert.equal(status, 2, text);
    assert.match(text, /member1: ConfigMap default\/a was not compared: .*cannot patch resource/);
    assert.match(text, /removed ConfigMap default\/b × 2/);
  });

  it('regatta diff --live needs get, list, create and patch, and gets by without delete', async () => {
    const { status, text } = await as('reviewer', [...readVerbs, 'create', 'patch'], 'diff');
    assert.equal(status, 1, text);
    assert.match(text, /changed ConfigMap default\/a × 2/);
    assert.match(text, /removed ConfigMap default\/b × 2/);
    assert.match(text, /4 objects added, 2 changed, 2 removed on 2 clusters/);
    assert.ok(!text.includes('forbidden'), text);
  });

  it('regatta diff --live has not compared what it may not even list', async () => {
    await scenario.once();
    const { status, text } = await as('guest', ['get'], 'diff');
    assert.equal(status, 2, text);
    assert.match(text, /member2: ConfigMap default\/a was not compared: .*cannot list resource/);
  });

  it('regatta status and drift need get and list where all is as it should be', async () => {
    assert.equal((await as('reader', readVerbs, 'drift')).status, 0);
    const { status, text } = await as('reader', readVerbs, 'status');
    assert.ok(!text.includes('forbidden'), text);
    assert.match(text, /member1 +synced/);
    assert.equal(status, 0, text);
  });
});

const readVerbs: readonly string[] = ['get', 'list'];

/** Runs a command as a ServiceAccount that may do so much to the kinds of applications. */
async function as(name: string, verbs: readonly string[], verb: 'diff' | 'status' | 'drift') {
  const { fleet, repo } = scenario;
  const file = `${fleet.kubeconfig}.${name}`;
  const config = load(readFileSync(fleet.kubeconfig, 'utf8')) as Kubeconfig;
  config.users = [];
  for (const member of fleet.members) {
    kubectl(member, ['create', 'serviceaccount', name, '--namespace=default']);
    const role = ['--resource=configmaps,secrets,namespaces,deployments.apps'];
    kubectl(member, ['create', 'clusterrole', name, `--verb=${verbs.join()}`, ...role]);
    const account = `--serviceaccount=default:${name}`;
    kubectl(member, ['create', 'clusterrolebinding', name, `--clusterrole=${name}`, account]);
    const token = await tokenOf(fleet, member, ['default', name]);
    config.users.push({ name: member, user: { token } });
  }
  for (const { name, context } of config.contexts) context.user = name;
  writeFileSync(file, dump(config), { mode: 0o600 });
  const state = ['--state-dir', `${repo.directory}/state`];
  const what = verb === 'diff' ? [repo.checkout, '--live'] : [repo.url, ...state];
  const args = [command, verb, ...what, '--kubeconfig', file];
  return new Promise<Run>((resolve) => {
    execFile(process.execPath, args, (error, out, err) => {
      resolve({ status: Number(error?.code ?? 0), text: out + err });
    });
  });
}

interface Kubeconfig {
  users: object[];
  readonly contexts: readonly { readonly name: string; readonly context: { user: string } }[];
}

/** What is there already stays as it is. */
function kubectl(member: string, args: readonly string[]): void {
  const { fleet } = scenario;
  const context = ['--kubeconfig', fleet.kubeconfig, '--context', member];
  const made = execFileSync(fleet.kubectl, [...context, ...args, '--dry-run=client', '-o=yaml']);
  execFileSync(fleet.kubectl, [...context, 'apply', '-f', '-'], {
    input: made,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}
