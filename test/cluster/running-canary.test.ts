import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { channelsOf, openPaths, unlistedRequests } from '#test/canary/channels.ts';
import { HostileFleet } from '#test/canary/hostile-fleet.ts';
import { repeating, repeatingAll } from '#test/canary/repeating.ts';
import { RunningSyncer, stepMs } from '#test/canary/running-syncer.ts';
import { canaries, found } from '#test/canary/scan.ts';
import { keyFile } from '#test/seal.ts';
import { until } from '#test/until.ts';

const sealed = '/api/v1/namespaces/default/configmaps/sealed';
const secrets = '/api/v1/namespaces/default/secrets';

let fleet: HostileFleet;
let syncer: RunningSyncer;
let answers = '';

/** Starts a syncer that uses every way out. */
function start(repo: string, more: readonly string[], format: string): RunningSyncer {
  const file = (name: string) => fleet.file(name);
  const { host } = fleet.echo;
  const args = [
    ...[repo, '--kubeconfig', file('kubeconfig'), '--state-dir', fleet.folderOf('state')],
    ...['--age-key-file', keyFile, '--compile', '--poll', '300ms', '--log-level', 'debug'],
    ...['--listen', '0', '--probe-listen', '0', '--webhook-secret-file', file('webhookSecret')],
    ...['--notify-url', `http://${host}/notify/${canaries.notifyAddress}`],
    ...['--notify-secret-file', file('notifySecret')],
    ...['--commit-status', 'github', '--forge-token-file', file('forgeToken')],
    ...['--forge-api', `http://${host}/forge`, '--forge-project', 'o/r'],
    ...['-o', format, ...more],
  ];
  return new RunningSyncer(args, {
    HOME: fleet.folderOf('home'),
    TMPDIR: fleet.folderOf('tmp'),
    XDG_CACHE_HOME: fleet.folderOf('cache'),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${host}`,
    OTEL_EXPORTER_OTLP_HEADERS: `x-key=${canaries.collectorHeader}`,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    CRASH: textOf(openedBySyncer),
    CRASH_OF_WORKER: textOf(openedByWorker),
  });
}

function textOf(names: ReadonlySet<string>): string {
  const opened = Object.entries(canaries).filter(([name]) => names.has(name));
  return opened.map(([, value]) => value).join(' | ');
}

/** Waits for a condition. A step may take long, because a compile and a turn belong to it. */
function within(what: string, holds: () => Promise<boolean>): Promise<true> {
  return until(what, async () => (await holds()) || undefined, stepMs);
}

/** What the syncer has opened by the time at which it crashes. */
const openedBySyncer: ReadonlySet<string> = new Set([
  ...['gitToken', 'forgeToken', 'webhookSecret', 'notifySecret'],
  ...['collectorHeader', 'notifyAddress'],
]);

/** What its worker has opened by the time at which it crashes. */
const openedByWorker: ReadonlySet<string> = new Set([
  ...['sealedSecret', 'sealedOther', 'gitToken', 'kubeconfigPassword', 'clientKey'],
  ...['pluginToken', 'pluginVariable', 'proxyPassword'],
]);

/** Asks the HTTP servers of the syncer, with right and wrong secrets. */
async function askServers(urls: readonly string[]): Promise<void> {
  const { webhookSecret: secret } = canaries;
  const body = JSON.stringify({ ref: 'refs/heads/main', secret });
  const hook = (name: string, headers: Readonly<Record<string, string>>) =>
    [`/hooks/${name}`, { method: 'POST', body, headers }] as const;
  const requests: readonly (readonly [string, RequestInit?])[] = [
    ...['/healthz', '/readyz', '/metrics', `/${secret}`].map((path) => [path] as const),
    hook('gitlab', { 'x-gitlab-token': secret, 'x-gitlab-event': 'Push Hook' }),
    hook('gitlab', { 'x-gitlab-token': `${secret}-wrong` }),
    hook('github', { 'x-hub-signature-256': secret }),
    hook('generic', { 'webhook-signature': secret, 'webhook-id': secret }),
  ];
  for (const url of urls) {
    for (const [path, init] of requests) {
      const answer = await fetch(`${url}${path}`, init);
      answers += `${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}\n`;
    }
  }
}

/** Another manager changes objects with secrets, and the syncer corrects them. */
async function makeDrift(): Promise<void> {
  const { member1 } = fleet.scenario;
  const dataOf = async (path: string) => JSON.stringify((await member1.get(path))?.data);
  for (const path of [sealed, `${secrets}/sealed`, `${secrets}/plain`]) {
    const before = await dataOf(path);
    const value = Buffer.from(`${canaries.sealedSecret}!`).toString('base64');
    await member1.edit(path, 'someone', { data: { key: value } });
    await within(`${path} is corrected`, async () => (await dataOf(path)) === before);
  }
}

/** A chart whose values do not match its schema, and a Secret that is not base64: both errors quote the value. */
const faulty = {
  'templates/shop/values.schema.json': JSON.stringify({
    properties: { password: { pattern: '^[0-9]+$' } },
  }),
  'templates/kustomized/kustomization.yaml': `secretGenerator: [{name: made, literals: ["${canaries.valuesPassword}"]}]\n`,
  'templates/failing/Chart.yaml': 'apiVersion: v2\nname: failing\nversion: 1.0.0\n',
  'templates/failing/values.yaml': `password: ${canaries.valuesPassword}\n`,
  'templates/failing/templates/a.yaml': '{{ fail (printf "bad %s" .Values.password) }}\n',
  'templates/faulty.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: faulty, namespace: default}\ndata: {key: "${canaries.plainSecret}"}\n`,
};
const mended = Object.fromEntries(Object.keys(faulty).map((file) => [file, undefined]));

async function live(): Promise<void> {
  const { scenario, proxy, git } = fleet;
  const exists = (path: string) => async () => (await scenario.member1.get(path)) !== undefined;
  const isGone = (path: string) => async () => !(await exists(path)());
  await within('member1 has the sealed Secret', exists(`${secrets}/sealed`));
  await within('member1 has the sealed ConfigMap', exists(sealed));
  await makeDrift();
  proxy.intercept = repeating;
  await fleet.publish('-2', { 'templates/more.yaml': more });
  await syncer.says(/message hidden/);
  proxy.intercept = () => false;
  await fleet.publish('-3', faulty);
  await syncer.says(/rejected/);
  proxy.intercept = repeating;
  await fleet.publish('-4', { ...mended, 'templates/sealed.yaml': undefined });
  await syncer.says(/message hidden/);
  proxy.intercept = () => false;
  await within('the Secret is pruned', isGone(`${secrets}/sealed`));
  git.answer = ({ headers }, response) => {
    const { authorization = '' } = headers;
    const decoded = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
    response
      .writeHead(403, { 'content-type': 'text/plain' })
      .end(`no: ${authorization} ${decoded}\n`);
  };
  await syncer.says(/403/);
  git.answer = undefined;
  proxy.intercept = repeatingAll;
  await fleet.publish('-5', { 'templates/more.yaml': undefined });
  await syncer.says(/broken/);
}

const more = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, namespace: default}\n`;

describe('K17: a running syncer with a canary in each kind of secret', () => {
  beforeEach(() => {
    answers = '';
  });
  afterEach(async () => {
    await syncer?.end('SIGKILL');
    await fleet?.close();
  });

  it('K17: nothing that leaves has one of them, as text, until a crash', () =>
    scan('text', 'SIGUSR2'));

  it('K17: nothing that leaves has one of them, as JSON, until a stop', () =>
    scan('json', 'SIGTERM'));
});

/** Runs a syncer through all that may happen to it, ends it, and scans what has left. */
async function scan(format: 'text' | 'json', signal: 'SIGUSR2' | 'SIGTERM'): Promise<void> {
  fleet = await HostileFleet.open();
  await fleet.publish('-1');
  syncer = start(...repositoryFor(format), format);
  const url = await syncer.says(/"url":"([^"]+)"/);
  const [, probeUrl = ''] = /"probeUrl":"([^"]+)"/.exec(syncer.printed) ?? [];
  await live();
  await askServers([url, probeUrl]);
  if (signal === 'SIGUSR2') await syncer.crashWorker();
  await syncer.end(signal);
  const folders = ['state', 'cache', 'home', 'tmp'].map((name) => fleet.folderOf(name));
  const sent = await channelsOf(fleet, { printed: syncer.printed, answers, folders });
  for (const [channel, { text, except = [] }] of Object.entries(sent)) {
    assert.notEqual(text, '', channel);
    assert.deepEqual(found(text, except), [], channel);
  }
  assert.deepEqual(folders.flatMap(openPaths), []);
  assert.deepEqual(unlistedRequests(fleet), []);
}

/** Returns the repository with the token in its address, or with options for a token file. */
function repositoryFor(format: 'text' | 'json'): readonly [string, readonly string[]] {
  const repo = `127.0.0.1:${fleet.git.port}/repo.git`;
  if (format === 'text') {
    return [`http://x-access-token:${encodeURIComponent(canaries.gitToken)}@${repo}`, []];
  }
  const how = ['--git-user', 'x-access-token', '--git-token-file', fleet.file('gitToken')];
  return [`http://${repo}`, how];
}
