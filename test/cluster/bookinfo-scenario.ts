import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '#model/object.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { Api } from './api.ts';
import { bookinfo, examples } from './bookinfo-files.ts';
import { FleetRepo } from './fleet-repo.ts';
import { contentsBelow, contentsOf, makePulling, type Pulling } from './pulling.ts';
import { deployments, isObject, replicasOf } from './scenario.ts';
import { SyncerProcess } from './syncer-process.ts';

const reviews = ['reviews-v1', 'reviews-v2', 'reviews-v3'];
const services = ['details', 'productpage', 'ratings', 'reviews'];

/** Names of the expected objects on each member, by resource path. */
const expected = {
  member1: {
    [deployments]: ['productpage-v1', ...reviews],
    '/api/v1/namespaces/default/services': services,
    '/api/v1/namespaces/default/serviceaccounts': ['bookinfo-productpage', 'bookinfo-reviews'],
  },
  member2: {
    [deployments]: ['details-v1', 'ratings-v1', ...reviews],
    '/api/v1/namespaces/default/services': services,
    '/api/v1/namespaces/default/serviceaccounts': [
      'bookinfo-details',
      'bookinfo-ratings',
      'bookinfo-reviews',
    ],
  },
  mesh1: {
    [deployments]: [],
    '/api/v1/namespaces/default/services': [],
    '/api/v1/namespaces/default/serviceaccounts': [],
    '/apis/networking.istio.io/v1alpha3/namespaces/default/virtualservices': ['bookinfo'],
    '/apis/networking.istio.io/v1alpha3/namespaces/default/gateways': ['bookinfo-gateway'],
  },
};

/** Objects that every cluster creates itself. */
const ownObjects = ['kubernetes', 'default'];

let fleet: TestFleet;
let repo: FleetRepo;
let pulling: Pulling | undefined;
/** The syncer that compiles, and writes to all members or to all but member2. */
let syncer: SyncerProcess;
let agent: SyncerProcess | undefined;

/** How member2 is synced: by the central syncer, or by its own agent. */
export type Member2 = 'pushed' | 'pulling';

/** Runs the founding scenario on pushes of sources. Each step starts from the state of the previous one. */
export function bookinfoScenario(member2: Member2): void {
  before(async () => {
    fleet = await startFleet({ members: Object.keys(expected), controllers: true });
    repo = await FleetRepo.make();
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const text = await readFile(join(examples, 'istio-crds.yaml'), 'utf8');
    for (const crd of loadAll(text) as KubeObject[]) {
      await apiOf('mesh1').apply(`${crds}/${crd.metadata.name}`, 'istio', crd);
    }
    if (member2 === 'pulling') pulling = await makePulling(fleet, repo);
  });
  after(async () => {
    await syncer?.stop('SIGKILL');
    await agent?.stop('SIGKILL');
    await pulling?.server.close();
    await fleet?.close();
    await repo?.remove();
  });

  it('applies exactly the expected objects to each cluster, and waits until they are ready', async () => {
    await repo.push(await bookinfo());
    start();
    for (const member of Object.keys(expected)) await synced(member);
    for (const [member, resources] of Object.entries(expected)) {
      for (const [path, names] of Object.entries(resources)) {
        assert.deepEqual(await namesOf(member, path), names, `${member} ${path}`);
      }
    }
    for (const member of ['member1', 'member2'] as const) {
      for (const name of expected[member][deployments] ?? []) {
        await of(member).event(isHealth(member, name), 30_000);
        const { status } = (await apiOf(member).get(`${deployments}/${name}`)) as KubeObject;
        assert.equal((status as { readonly readyReplicas: number }).readyReplicas, 1, name);
      }
    }
  });

  it('rolls a new image out to both members', async () => {
    await change('templates/reviews.yaml', 'reviews-v3:1.20.3', 'reviews-v3:1.20.4');
    for (const member of ['member1', 'member2']) {
      await of(member).event(isObject(member, 'apps/Deployment/default/reviews-v3', 'configured'));
      assert.match(
        JSON.stringify(await apiOf(member).get(`${deployments}/reviews-v3`)),
        /1\.20\.4/,
      );
    }
  });

  it('corrects a manual edit, and reports its manager and field', async () => {
    await apiOf('member2').edit(`${deployments}/reviews-v1`, 'kubectl-edit', {
      spec: { replicas: 5 },
    });
    const event = await of('member2').event(({ type }) => type === 'drift');
    assert.ok(event.type === 'drift');
    assert.deepEqual(
      event.changes.map(({ manager, path, desired, live }) => [manager, path, desired, live]),
      [['kubectl-edit', '.spec.replicas', 1, 5]],
    );
    assert.equal(replicasOf(await apiOf('member2').get(`${deployments}/reviews-v1`)), 1);
  });

  it('changes nothing when a source is invalid YAML', async () => {
    const before = await intents();
    await push({ 'templates/broken.yaml': 'kind: Deployment\n  metadata: [\n' });
    const event = await syncer.event(({ type }) => type === 'rejected-commit');
    assert.ok(event.type === 'rejected-commit');
    assert.equal(event.diagnostics[0]?.at.file, 'templates/broken.yaml');
    assert.deepEqual(await intents(), before);
    await push({ 'templates/broken.yaml': undefined });
  });

  it('syncs member1 while member2 is down, and member2 when it is back', async () => {
    await fleet.stop('member2');
    await change('templates/reviews.yaml', 'reviews-v2:1.20.3', 'reviews-v2:1.20.5');
    await syncer.event(isObject('member1', 'apps/Deployment/default/reviews-v2', 'configured'));
    await fleet.start('member2');
    await of('member2').event(
      isObject('member2', 'apps/Deployment/default/reviews-v2', 'configured'),
      60_000,
    );
  });

  it('completes an apply that was interrupted by SIGKILL', async () => {
    await change('templates/reviews.yaml', '1.20.', '1.21.');
    await syncer.event(({ type }) => type === 'object');
    await syncer.stop('SIGKILL');
    await agent?.stop('SIGKILL');
    start();
    for (const member of ['member1', 'member2']) {
      await synced(member);
      for (const name of reviews) {
        const object = await apiOf(member).get(`${deployments}/${name}`);
        assert.match(JSON.stringify(object), /examples-bookinfo-reviews-v\d:1\.21\./);
      }
    }
  });

  it('prunes only ratings when it leaves the repository', async () => {
    await push({
      'templates/ratings.yaml': undefined,
      'policies/ratings-propagation.yaml': undefined,
    });
    await of('member2').event(isObject('member2', 'apps/Deployment/default/ratings-v1', 'pruned'));
    await of('member2').event(
      isObject('member2', '/ServiceAccount/default/bookinfo-ratings', 'pruned'),
    );
    for (const member of ['member1', 'member2'] as const) {
      await of(member).event(isObject(member, '/Service/default/ratings', 'pruned'));
      const remaining = expected[member][deployments]?.filter((name) => name !== 'ratings-v1');
      assert.deepEqual(await namesOf(member, deployments), remaining);
    }
    for (const process of [syncer, agent]) assert.equal((await process?.stop('SIGTERM')) ?? 0, 0);
  });

  if (member2 === 'pushed') return;
  it('stores in the member’s agent only the objects that are rendered for the member', async () => {
    // The agent also reads the settings of the fleet.
    const own = contentsBelow(repo, 'rendered/member2', 'regatta.yaml');
    const contents = await contentsOf(agentState());
    assert.ok(contents.length > 10);
    assert.deepEqual(
      contents.filter((oid) => !own.has(oid)),
      [],
    );
  });
}

function apiOf(member: string): Api {
  return new Api(fleet.kubeconfig, member);
}

function start(): void {
  const flags = ['--kubeconfig', fleet.kubeconfig, '--state-dir', join(repo.directory, 'state')];
  const pushed = pulling ? ['--cluster', 'member1', '--cluster', 'mesh1'] : [];
  syncer = new SyncerProcess(repo.url, [...flags, '--compile', '--poll', '200ms', ...pushed]);
  if (pulling === undefined) return;
  const { place, server, flags: reach } = pulling;
  const own = ['--cluster', 'member2', '--state-dir', agentState(), '--poll', '200ms'];
  const how = { command: 'agent', env: place.env } as const;
  agent = new SyncerProcess(`${server.url}repo.git`, [...place.flags, ...reach, ...own], how);
}

function agentState(): string {
  return join(repo.directory, 'agent');
}

/** Returns the process that syncs a member. */
function of(member: string): SyncerProcess {
  return member === 'member2' ? (agent ?? syncer) : syncer;
}

async function synced(member: string): Promise<void> {
  await of(member).event((event) => event.type === 'synced' && event.cluster === member, 60_000);
}

function isHealth(member: string, name: string) {
  return (event: SyncerProcess['events'][number]): boolean =>
    event.type === 'health' &&
    event.cluster === member &&
    event.key === `apps/Deployment/default/${name}` &&
    event.status === 'Current';
}

async function namesOf(member: string, path: string): Promise<readonly string[]> {
  const names = (await apiOf(member).list(path)).map(({ metadata }) => metadata.name);
  return names.filter((name) => !ownObjects.includes(name)).toSorted();
}

/** Returns UID and generation of all Deployments, which change with every write except to the status. */
async function intents(): Promise<readonly unknown[]> {
  const lists = ['member1', 'member2'].map((member) => apiOf(member).list(deployments));
  const objects = (await Promise.all(lists)).flat();
  return objects.map(({ metadata: { name, uid, generation } }) => [name, uid, generation]);
}

/** Replaces text in a source, in a commit on top of those that the syncer has pushed. */
async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(repo.directory, 'author', file), 'utf8');
  assert.ok(text.includes(from), `${file} holds ${from}`);
  await push({ [file]: text.replaceAll(from, to) });
}

async function push(files: Parameters<FleetRepo['push']>[0]): Promise<void> {
  syncer.forgetEvents();
  agent?.forgetEvents();
  repo.pull();
  await repo.push(files);
}
