import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { assertEvent } from '#test/events.ts';
import { program } from '#test/programs.ts';
import { deployment } from './objects.ts';
import { configMaps, deployments, Scenario } from './scenario.ts';

let scenario: Scenario;

/** The syncer takes over every field that other tools left in an object. */
describe('regatta sync on objects that other tools have written', () => {
  before(async () => {
    scenario = await Scenario.open();
  });
  after(() => scenario?.close());

  it('takes over every field of an object from kubectl apply', async () => {
    const made = workload('applied', { extra: 'x' }, [{ name: 'A', value: '1' }]);
    await kubectl(['apply', '-f', '-'], made);
    await apply(overwriting(workload('applied', {}, [])));
    const live = await scenario.member1.get(`${deployments}/applied`);
    assert.deepEqual(userAnnotations(live), { [resolution]: 'overwrite' });
    assert.equal(live?.metadata.labels?.extra, undefined);
    assert.doesNotMatch(JSON.stringify(live?.spec), /"env"/);
    assert.deepEqual(managersOf(live), ['regatta']);
  });

  it('removes the changes of kubectl edit, annotate and set, and reports their managers', async () => {
    await apply(workload('edited', {}, []));
    await kubectl(['annotate', 'deployment/edited', 'note=x']);
    await kubectl(['set', 'env', 'deployment/edited', 'A=1']);
    const script = 's/image: web:1/image: web:2/';
    await kubectl(['edit', 'deployment/edited'], undefined, { KUBE_EDITOR: `sed -i "${script}"` });
    const { status, events } = await scenario.once('--no-wait');
    assert.equal(status, 0);
    const drift = events.flatMap((event) => (event.type === 'drift' ? event.changes : []));
    assert.deepEqual(
      drift.map(({ path, manager, desired, live }) => [path, manager, desired, live]).toSorted(),
      [
        ['.metadata.annotations.note', 'kubectl-annotate', undefined, 'x'],
        [
          '.spec.template.spec.containers[name=web].env',
          'kubectl-set',
          undefined,
          [{ name: 'A', value: '1' }],
        ],
        ['.spec.template.spec.containers[name=web].image', 'kubectl-edit', 'web:1', 'web:2'],
      ],
    );
    const live = await scenario.member1.get(`${deployments}/edited`);
    assert.deepEqual(userAnnotations(live), {});
    assert.deepEqual(managersOf(live), ['regatta']);
  });

  it('does not undo kubectl rollout restart', async () => {
    await kubectl(['rollout', 'restart', 'deployment/edited']);
    const { events } = await scenario.once('--no-wait');
    assert.deepEqual(
      events.filter(({ type }) => type === 'drift'),
      [],
    );
    const live = await scenario.member1.get(`${deployments}/edited`);
    assert.match(JSON.stringify(live?.spec), /restartedAt/);
  });

  it('takes over every field of an object from Helm', async () => {
    const chart = join(scenario.repo.directory, 'chart');
    const object = map('charted', { kept: 'helm', lost: 'helm' });
    await mkdir(join(chart, 'templates'), { recursive: true });
    await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: charted\nversion: 1.0.0\n');
    await writeFile(join(chart, 'templates/map.json'), JSON.stringify(object));
    await run(program('helm'), ['install', 'charted', chart, '--kube-context', 'member1']);
    await apply(overwriting(map('charted', { kept: 'git' })));
    const live = await scenario.member1.get(`${configMaps}/charted`);
    assert.deepEqual(live?.data, { kept: 'git' });
    assert.deepEqual(Object.keys(live?.metadata.annotations ?? {}), [resolution]);
    assert.deepEqual(managersOf(live), ['regatta']);
  });

  it('removes a field that it applied at an API version that no longer exists', async () => {
    await apply(definition(['v1alpha1', 'v1']), boat('v1alpha1', { keel: 'deep', mast: 'tall' }));
    await apply(definition(['v1']), boat('v1', { mast: 'tall' }));
    const path = '/apis/test.regatta.dev/v1/namespaces/default/boats/b';
    assert.deepEqual((await scenario.member1.get(path))?.spec, { mast: 'tall' });
  });
});

/** Rules in regatta.yaml decide which manager owns a field. */
describe('rules for fields of other managers', () => {
  before(async () => {
    scenario = await Scenario.open();
    const fields = [
      {
        managers: ['auto.*'],
        kinds: ['Deployment'],
        paths: ['/spec/replicas'],
        resolution: 'Yield',
      },
      {
        managers: ['sizer'],
        paths: ['/spec/template/spec/containers/*/resources'],
        resolution: 'Yield',
      },
      { kinds: ['ConfigMap'], names: ['guarded'], paths: ['/data/*'], resolution: 'Abort' },
    ];
    await scenario.repo.push({
      'regatta.yaml': {
        apiVersion: 'regatta.dev/v1alpha1',
        kind: 'Fleet',
        spec: { sync: { fields } },
      },
    });
    await apply(sized('web', 'web:1'), map('guarded', { a: '1' }), map('free', { a: '1' }));
  });
  after(() => scenario?.close());

  it('leaves a field to the manager that a rule names, also when Git changes other fields', async () => {
    await scenario.member1.edit(`${deployments}/web`, 'autoscaler', { spec: { replicas: 5 } });
    const { status, events } = await scenario.once('--no-wait');
    assert.equal(status, 0);
    assert.deepEqual(
      events.filter(({ type }) => type === 'drift'),
      [],
    );
    await apply(sized('web', 'web:2'));
    const live = await scenario.member1.get(`${deployments}/web`);
    assert.match(JSON.stringify(live?.spec), /"replicas":5,.*"image":"web:2"/);
  });

  it('leaves a field in a list to the manager that a rule names', async () => {
    const resources = { requests: { cpu: '300m' } };
    const template = { spec: { containers: [{ name: 'web', resources }] } };
    const path = `${deployments}/web?fieldManager=sizer&force=true`;
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
    await scenario.member1.applyAt(path, { ...object, spec: { template } });
    await apply(sized('web', 'web:3'));
    const live = await scenario.member1.get(`${deployments}/web`);
    assert.match(JSON.stringify(live?.spec), /"cpu":"300m"/);
    assert.match(JSON.stringify(live?.spec), /"image":"web:3"/);
  });

  it('sets a field again with the next change when its manager is not in the rule', async () => {
    await scenario.member1.edit(`${deployments}/web`, 'another-manager', { spec: { replicas: 7 } });
    await apply(sized('web', 'web:4'));
    const live = await scenario.member1.get(`${deployments}/web`);
    assert.match(JSON.stringify(live?.spec), /"replicas":1,/);
  });

  it('refuses an object whose rule says Abort, and corrects the others', async () => {
    for (const name of ['guarded', 'free']) {
      await scenario.member1.edit(`${configMaps}/${name}`, 'another-manager', {
        data: { a: 'theirs' },
      });
    }
    const { status, events } = await scenario.once('--no-wait');
    assert.equal(status, 1);
    const message = /another-manager owns .data.a, and a field rule says Abort/;
    assertEvent(events, { type: 'object', result: 'refused', message });
    assert.deepEqual((await scenario.member1.get(`${configMaps}/guarded`))?.data, { a: 'theirs' });
    assert.deepEqual((await scenario.member1.get(`${configMaps}/free`))?.data, { a: '1' });
  });
});

function sized(name: string, image: string): KubeObject {
  const text = JSON.stringify(workload(name, {}, []));
  const resources = '"resources":{"requests":{"cpu":"100m"}}';
  return JSON.parse(text.replace('"image":"web:1"', `"image":"${image}",${resources}`));
}

const resolution = 'work.karmada.io/conflict-resolution';

/** Pushes the objects for member1 and syncs once. */
async function apply(...objects: readonly KubeObject[]): Promise<void> {
  const files = objects.map((object) => {
    const { kind, metadata } = object;
    return [`rendered/member1/default/${kind}_${metadata.name}.json`, object] as const;
  });
  await scenario.repo.push(Object.fromEntries(files));
  const { status, events } = await scenario.once('--no-wait');
  assert.equal(status, 0, JSON.stringify(events, undefined, 1));
}

function kubectl(
  args: readonly string[],
  input?: object,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  return run(scenario.fleet.kubectl, ['--context', 'member1', ...args], input, env);
}

/** Runs a program asynchronously, because the sandbox answers from this process. */
async function run(
  file: string,
  args: readonly string[],
  input?: object,
  more: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { fleet, repo } = scenario;
  const env = { ...process.env, HOME: repo.directory, KUBECONFIG: fleet.kubeconfig, ...more };
  const child = spawn(file, args, { env, stdio: ['pipe', 'ignore', 'inherit'], timeout: 60_000 });
  child.stdin.end(input === undefined ? '' : JSON.stringify(input));
  const [status] = await once(child, 'close');
  assert.equal(status, 0, `${file} ${args.join(' ')}`);
}

function workload(
  name: string,
  labels: Readonly<Record<string, string>>,
  env: readonly object[],
): KubeObject {
  const object = JSON.parse(JSON.stringify(deployment(name, 1, 'web:1', labels)));
  object.spec.template.spec.containers[0].name = 'web';
  if (env.length > 0) object.spec.template.spec.containers[0].env = env;
  return object as KubeObject;
}

function map(name: string, data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data };
}

function overwriting(object: KubeObject): KubeObject {
  const annotations = { [resolution]: 'overwrite' };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function definition(versions: readonly string[]): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'boats.test.regatta.dev' },
    spec: {
      group: 'test.regatta.dev',
      names: { kind: 'Boat', plural: 'boats' },
      scope: 'Namespaced',
      versions: versions.map((name) => ({
        name,
        served: true,
        storage: name === 'v1',
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      })),
    },
  };
}

function boat(version: string, spec: Readonly<Record<string, string>>): KubeObject {
  const metadata = { name: 'b', namespace: 'default' };
  return { apiVersion: `test.regatta.dev/${version}`, kind: 'Boat', metadata, spec };
}

/** Returns the annotations that no controller sets. */
function userAnnotations(object: KubeObject | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(object?.metadata.annotations ?? {});
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith('deployment.kubernetes')));
}

/** Returns the managers of fields other than the status. */
function managersOf(object: KubeObject | undefined): readonly string[] {
  const entries = object?.metadata.managedFields as readonly {
    readonly manager: string;
    readonly subresource?: string;
    readonly fieldsV1: { readonly 'f:status'?: object };
  }[];
  const owners = entries.filter(
    ({ subresource, fieldsV1 }) => !subresource && !fieldsV1['f:status'],
  );
  return owners.map(({ manager }) => manager).filter((name) => !name.includes('controller'));
}
