import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { readAccess } from '#test/api/access.ts';
import { ApiClient } from '#test/api/client.ts';
import { SyncerProcess } from '#test/cluster/syncer-process.ts';
import { until } from '#test/until.ts';
import { FaultedFleet, many, type Values } from './faulted-fleet.ts';
import { TlsFront } from './tls-front.ts';

let faulted: FaultedFleet;
let front: TlsFront;
let admin: ApiClient;
let directory = '';
let syncer: SyncerProcess;
let changes = 0;
const next = (): Values => many(10, String(++changes));
const file = (name: string) => join(directory, name);
const secrets = '/api/v1/namespaces/kube-system/secrets';

describe('credentials that are replaced while the syncer runs', () => {
  before(async () => {
    faulted = await FaultedFleet.open();
    const access = readAccess(faulted.proxy.kubeconfig, 'member1');
    front = await TlsFront.open(access.server);
    admin = ApiClient.of(faulted.fleet.kubeconfig, 'member1');
    directory = await mkdtemp(join(tmpdir(), 'regatta-credentials-'));
    await makeAccount();
    await faulted.want(next());
  });
  afterEach(() => syncer.stop('SIGTERM'));
  after(async () => {
    admin.close();
    front.close();
    await faulted.close();
    await rm(directory, { recursive: true });
  });

  it('applies nothing until the kubeconfig has the server’s new CA', async () => {
    const { token } = await tokenOf('rotated');
    await writeKubeconfig({ token });
    await start('sync', '--kubeconfig', file('kubeconfig'));
    front.rotate();
    await faulted.want(next());
    await expectNothingApplied();
    await writeKubeconfig({ token });
    await faulted.expectSound(syncer);
  });

  it('reads the new CA from the file of an agent’s ServiceAccount', async () => {
    const { token } = await tokenOf('rotated-agent');
    await startAgent(token);
    front.rotate();
    await faulted.want(next());
    await expectNothingApplied();
    await writeFile(file('ca.crt'), front.ca);
    await faulted.expectSound(syncer);
  });

  it('uses an agent’s new token without an interruption', async () => {
    const first = await tokenOf('agent-1');
    await startAgent(first.token);
    await writeFile(file('token'), (await tokenOf('agent-2')).token);
    await first.revoke();
    await expectUnnoticed();
  });

  it('uses the new token of a kubeconfig without an interruption', async () => {
    const first = await tokenOf('inline-1');
    await writeKubeconfig({ token: first.token });
    await start('sync', '--kubeconfig', file('kubeconfig'));
    await writeKubeconfig({ token: (await tokenOf('inline-2')).token });
    await first.revoke();
    await expectUnnoticed();
  });

  it('uses new credentials of an exec plugin without an interruption', async () => {
    const first = await tokenOf('program-1');
    await writeFile(file('credential'), credential(first.token));
    const plugin = { command: 'cat', args: [file('credential')], interactiveMode: 'Never' };
    const apiVersion = 'client.authentication.k8s.io/v1';
    await writeKubeconfig({ exec: { apiVersion, ...plugin } });
    await start('sync', '--kubeconfig', file('kubeconfig'));
    await writeFile(file('credential'), credential((await tokenOf('program-2')).token));
    await first.revoke();
    await expectUnnoticed();
  });

  it('applies nothing until late credentials arrive', async () => {
    const first = await tokenOf('late-1');
    await writeFile(file('late'), first.token);
    await writeKubeconfig({ tokenFile: file('late') });
    await start('sync', '--kubeconfig', file('kubeconfig'));
    await first.revoke();
    await faulted.want(next());
    await expectNothingApplied(/refused the credentials of user u \(401\)/);
    await writeFile(file('late'), (await tokenOf('late-2')).token);
    await faulted.expectSound(syncer);
  });
});

async function start(command: 'sync' | 'agent', ...flags: readonly string[]): Promise<void> {
  const state = ['--state-dir', faulted.stateDirectory, '--poll', '200ms'];
  const env = {
    KUBECONFIG: '',
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(front.port),
  };
  const how = command === 'agent' ? { command, env } : {};
  syncer = new SyncerProcess(faulted.repo.url, [...state, ...flags], how);
  await syncer.event(({ type }) => type === 'synced', 60_000);
  syncer.forgetEvents();
}

async function startAgent(token: string): Promise<void> {
  await writeFile(file('token'), token);
  await writeFile(file('ca.crt'), front.ca);
  await start('agent', '--cluster', 'member1', '--service-account-dir', directory);
}

/** Expects that the syncer applies the next commit and has reported no trouble. */
async function expectUnnoticed(): Promise<void> {
  await faulted.want(next());
  await faulted.expectSound(syncer);
  const troubles = syncer.events.filter(({ type }) => type === 'trouble');
  assert.deepEqual(troubles, [], syncer.describe());
}

async function expectNothingApplied(why = /certificate|self.signed/): Promise<void> {
  await syncer.event((event) => event.type === 'trouble' && why.test(event.reason), 30_000);
  const applied = syncer.events.filter(({ type }) => type === 'object' || type === 'synced');
  assert.deepEqual(applied, [], syncer.describe());
}

async function writeKubeconfig(user: object): Promise<void> {
  const cluster = {
    server: `https://127.0.0.1:${front.port}`,
    'certificate-authority-data': Buffer.from(front.ca).toString('base64'),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'member1', context: { cluster: 'c', user: 'u' } }],
  };
  await writeFile(file('kubeconfig'), JSON.stringify(config));
}

/** Returns what an exec plugin of a kubeconfig prints. */
function credential(token: string): string {
  const expirationTimestamp = new Date(Date.now() + 3_600_000).toISOString();
  const status = { token, expirationTimestamp };
  return JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status,
  });
}

/** Creates a ServiceAccount with the permissions of cluster-admin. */
async function makeAccount(): Promise<void> {
  const roleRef = {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: 'ClusterRole',
    name: 'cluster-admin',
  };
  await create('/api/v1/namespaces/kube-system/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'regatta' },
  });
  await create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'regatta-test' },
    roleRef,
    subjects: [{ kind: 'ServiceAccount', name: 'regatta', namespace: 'kube-system' }],
  });
}

interface Token {
  readonly token: string;
  /** Revokes the token, and resolves when the API server rejects it. */
  revoke(): Promise<void>;
}

/** Creates a token of that account, which is valid while the Secret `name` exists. */
async function tokenOf(name: string): Promise<Token> {
  const made = await create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name } });
  const { uid } = (made as { readonly metadata: { readonly uid: string } }).metadata;
  const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name, uid };
  const answer = await create('/api/v1/namespaces/kube-system/serviceaccounts/regatta/token', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600, boundObjectRef },
  });
  const { token } = (answer as { readonly status: { readonly token: string } }).status;
  return { token, revoke: () => revoke(name, token) };
}

async function revoke(name: string, token: string): Promise<void> {
  await admin.call({ method: 'DELETE', path: `${secrets}/${name}` });
  const access = readAccess(faulted.fleet.kubeconfig, 'member1');
  const client = new ApiClient({ ...access, token });
  const isRefused = async () => (await client.call({ path: '/api/v1/namespaces' })).status === 401;
  await until(`the token ${name} to be refused`, isRefused, 30_000);
  client.close();
}

async function create(path: string, body: object): Promise<unknown> {
  const answer = await admin.call({ method: 'POST', path, body });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  return answer.body;
}
