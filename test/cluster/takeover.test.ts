import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { program } from '#test/programs.ts';
import { configMaps, deployments, Scenario } from './scenario.ts';
import { applyOnce, map, workload } from './takeover-objects.ts';

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
    await applyOnce(scenario, overwriting(workload('applied', {}, [])));
    const live = await scenario.member1.get(`${deployments}/applied`);
    assert.deepEqual(userAnnotations(live), { [resolution]: 'overwrite' });
    assert.equal(live?.metadata.labels?.extra, undefined);
    assert.doesNotMatch(JSON.stringify(live?.spec), /"env"/);
    assert.deepEqual(managersOf(live), ['regatta.f1eet00001']);
  });

  it('removes the changes of kubectl edit, annotate and set, and reports their managers', async () => {
    await applyOnce(scenario, workload('edited', {}, []));
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
    assert.deepEqual(managersOf(live), ['regatta.f1eet00001']);
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
    await applyOnce(scenario, overwriting(map('charted', { kept: 'git' })));
    const live = await scenario.member1.get(`${configMaps}/charted`);
    assert.deepEqual(live?.data, { kept: 'git' });
    assert.deepEqual(Object.keys(live?.metadata.annotations ?? {}), [resolution]);
    assert.deepEqual(managersOf(live), ['regatta.f1eet00001']);
  });

  it('removes a field that it applied at an API version that no longer exists', async () => {
    await applyOnce(
      scenario,
      definition(['v1alpha1', 'v1']),
      boat('v1alpha1', { keel: 'deep', mast: 'tall' }),
    );
    await applyOnce(scenario, definition(['v1']), boat('v1', { mast: 'tall' }));
    const path = '/apis/test.regatta.dev/v1/namespaces/default/boats/b';
    assert.deepEqual((await scenario.member1.get(path))?.spec, { mast: 'tall' });
  });
});

const resolution = 'work.karmada.io/conflict-resolution';

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
