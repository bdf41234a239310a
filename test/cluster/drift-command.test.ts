import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { load } from 'js-yaml';
import { configMap, deployment } from './objects.ts';
import { configMaps, deployments, replicasOf, Scenario } from './scenario.ts';

let scenario: Scenario;

describe('regatta drift', () => {
  before(async () => {
    scenario = await Scenario.open('--cluster', 'member1');
    await scenario.sync({
      'default/configmap_a.json': configMap('a', '1'),
      'default/deployment_web.json': deployment('web', 1, 'web:1'),
      'default/secret_s.json': {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's', namespace: 'default' },
        data: { key: 'b25l' },
      },
    });
  });
  after(() => scenario?.close());

  it('prints nothing and exits with 0 when there is no drift', async () => {
    assert.deepEqual(await scenario.regatta('drift'), { status: 0, text: '' });
  });

  it('prints the manager, field and time of drift, hides Secret values, and writes nothing', async () => {
    const { member1 } = scenario;
    await member1.edit(`${configMaps}/a`, 'kubectl-edit', { data: { value: '2' } });
    await member1.edit(`${deployments}/web`, 'scaler', { spec: { replicas: 3 } });
    const secret = '/api/v1/namespaces/default/secrets/s';
    await member1.edit(secret, 'another-manager', { data: { key: 'dHdv' } });
    const { status, text } = await scenario.regatta('drift');
    assert.equal(status, 1, text);
    assert.match(text, /ConfigMap default\/a: \.data\.value 1 → 2, by kubectl-edit Update 20/);
    assert.match(text, /Deployment default\/web: \.spec\.replicas 1 → 3, by scaler Update 20/);
    assert.match(
      text,
      /Secret default\/s: \.data\.key \(hidden\) → \(hidden\), by another-manager/,
    );
    assert.ok(!text.includes('dHdv'));
    assert.deepEqual((await member1.get(`${configMaps}/a`))?.data, { value: '2' });
  });

  it('prints field rules that leave the drifted fields to their managers', async () => {
    const { text } = await scenario.regatta('drift');
    const rules = text.slice(text.indexOf('spec:'));
    assert.ok(load(rules), text);
    await scenario.repo.push({ 'regatta.yaml': rules });
    assert.equal((await scenario.once()).status, 0);
    const web = await scenario.member1.get(`${deployments}/web`);
    assert.equal(replicasOf(web), 3);
    assert.deepEqual((await scenario.member1.get(`${configMaps}/a`))?.data, { value: '2' });
    assert.deepEqual(await scenario.regatta('drift'), { status: 0, text: '' });
  });

  it('reports fields that kubectl added', async () => {
    const labels = { team: 'x' };
    await scenario.member1.edit(`${deployments}/web`, 'kubectl-label', { metadata: { labels } });
    const { text } = await scenario.regatta('drift');
    assert.match(text, /\.metadata\.labels\.team \(none\) → x, by kubectl-label/);
  });

  it('reports deleted objects', async () => {
    await scenario.member1.delete(`${configMaps}/a`);
    const { status, text } = await scenario.regatta('drift', '-o', 'json');
    assert.equal(status, 1);
    const drifts: readonly { readonly key: string }[] = JSON.parse(text);
    const drift = drifts.find(({ key }) => key === '/ConfigMap/default/a');
    assert.deepEqual(drift, {
      ...{ cluster: 'member1', key: '/ConfigMap/default/a' },
      ...{ deleted: true, changes: [], rules: [] },
    });
  });
});
