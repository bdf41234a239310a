import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { configMaps, deployments, Scenario } from './scenario.ts';

const template = `# The settings that we sell.
apiVersion: v1
kind: ConfigMap
metadata: {name: app, namespace: default}
data:
  colour: red   # the brand's
  size: "1"
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:1 # of the registry
`;
const policies = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: app, namespace: default}
spec:
  resourceSelectors:
    - {apiVersion: v1, kind: ConfigMap}
    - {apiVersion: apps/v1, kind: Deployment}
  placement: {clusterAffinity: {clusterNames: [member1, member2]}}
---
apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata: {name: app, namespace: default}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap, name: app}]
  overrideRules:
    - targetCluster: {clusterNames: [member2]}
      overriders:
        plaintext:
          - path: /data/size
            operator: replace
            value: "2" # member2 is larger
`;

let scenario: Scenario;
let sources: string;

describe('regatta drift --adopt', () => {
  const read = (file: string) => readFile(`${sources}/${file}`, 'utf8');
  const compile = () => execFileSync(process.execPath, [command, 'compile', sources]);
  const edit = (member: 'member1' | 'member2', path: string, body: object) =>
    scenario[member].edit(path, 'kubectl-edit', body);

  before(async () => {
    scenario = await Scenario.open();
    sources = `${scenario.repo.directory}/author`;
    const cluster = (name: string) =>
      JSON.stringify({
        apiVersion: 'cluster.karmada.io/v1alpha1',
        kind: 'Cluster',
        metadata: { name },
        spec: { syncMode: 'Push' },
      });
    await scenario.repo.push({
      'clusters/member1.yaml': cluster('member1'),
      'clusters/member2.yaml': cluster('member2'),
      'templates/app.yaml': template,
      'policies/app.yaml': policies,
    });
    compile();
    await scenario.repo.push({});
    assert.equal((await scenario.once('--no-wait')).status, 0);
  });
  after(() => scenario?.close());

  it('refuses a change that only some clusters of a line have, and writes no file', async () => {
    await edit('member1', `${configMaps}/app`, { data: { colour: 'blue' } });
    const { status, text } = await scenario.regatta('drift', '--adopt', sources);
    assert.equal(status, 1);
    assert.match(
      text,
      /refused .*\.data\.colour on member1: templates\/app.yaml:6 also applies to member2/,
    );
    assert.equal(await read('templates/app.yaml'), template);
  });

  it('writes a change that all clusters have into the template, and keeps every other byte', async () => {
    await edit('member2', `${configMaps}/app`, { data: { colour: 'blue' } });
    const image = {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } },
    };
    for (const member of ['member1', 'member2'] as const) {
      await edit(member, `${deployments}/web`, image);
    }
    const { status, text } = await scenario.regatta('drift', '--adopt', sources);
    assert.equal(status, 0, text);
    assert.match(
      text,
      /adopted .*ConfigMap default\/app: \.data\.colour on member1, member2: templates\/app.yaml:6/,
    );
    const want = template.replace('red ', 'blue ').replace('web:1', 'web:2');
    assert.equal(await read('templates/app.yaml'), want);
  });

  it('writes a field that an override sets into the override', async () => {
    await edit('member2', `${configMaps}/app`, { data: { size: '3' } });
    const { text } = await scenario.regatta('drift', '--adopt', sources);
    assert.match(text, /adopted .*\.data\.size on member2: policies\/app.yaml:21/);
    assert.equal(await read('policies/app.yaml'), policies.replace('"2" #', '"3" #'));
  });

  it('leaves no drift once the sources are compiled and pushed', async () => {
    compile();
    await scenario.repo.push({});
    const { status, text } = await scenario.regatta('drift');
    assert.deepEqual({ status, text }, { status: 0, text: '' });
    const { events } = await scenario.once('--no-wait');
    assert.deepEqual(
      events.filter(({ type }) => type === 'drift'),
      [],
    );
    const app = await scenario.member2.get(`${configMaps}/app`);
    assert.deepEqual(app?.data, { colour: 'blue', size: '3' });
  });
});
