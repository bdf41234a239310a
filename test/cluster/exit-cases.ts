import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BudgetFleet, clusters, namespaces } from '../cli/budget-fleet.ts';
import { configMap } from './objects.ts';
import { configMaps } from './scenario.ts';
import { Single } from './single.ts';

/** A run of a command, and the exit status that docs/commands.md lists for it. */
export interface ExitCase {
  readonly status: number;
  readonly args: readonly string[];
  /** What the run needs. */
  readonly before?: () => Promise<unknown>;
  /** The output after which the test sends SIGINT. */
  readonly until?: RegExp;
}

/** The fleets that the runs need. */
export interface ExitBed {
  readonly local: BudgetFleet;
  readonly single: Single;
}

export async function openExitBed(): Promise<ExitBed> {
  const local = await BudgetFleet.open({
    'regatta.yaml': 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {network: Allow}\n',
    'clusters/all.yaml': clusters('member1'),
    'templates/tools.yaml': namespaces('tools'),
    'templates/shop.yaml': namespaces('shop'),
  });
  await local.branch('added', 'main', { 'templates/more.yaml': namespaces('more') });
  await local.branch('gone', 'main', { 'templates/tools.yaml': undefined });
  local.git('checkout', '--quiet', 'main');
  for (const folder of ['faulty/templates', 'faulty/policies', 'empty', 'denied']) {
    mkdirSync(join(local.directory, '.git/beds', folder), { recursive: true });
  }
  writeFileSync(join(local.directory, '.git/beds/faulty/templates/a.yaml'), 'kind: [\n');
  writeFileSync(join(local.directory, '.git/beds/denied/regatta.yaml'), 'kind: Fleet\n');
  return { local, single: await Single.open() };
}

/** Runs of the commands that need no cluster. */
export function localCases({ local }: ExitBed): Readonly<Record<string, readonly ExitCase[]>> {
  const here = ['-C', local.directory];
  const bed = (name: string) => ['-C', join(local.directory, '.git/beds', name)];
  const withBase = () => local.write({ 'templates/base/kustomization.yaml': base });
  const file = 'rendered/member1/_cluster/namespace_tools.yaml';
  const removed = { 'templates/tools.yaml': undefined };
  return {
    blame: [
      { status: 0, args: ['blame', file, ...here] },
      { status: 1, args: ['blame', `${file}:99`, ...here] },
      { status: 2, args: ['blame', `${file}:0`, ...here] },
    ],
    compile: [
      { status: 0, args: ['compile', '--check', ...here] },
      { status: 1, args: ['compile', ...bed('faulty')] },
      { status: 2, args: ['compile', ...bed('none')] },
      { status: 3, args: ['compile', '--check', ...here], before: () => local.write(removed) },
    ],
    completion: [
      { status: 0, args: ['completion', 'bash'] },
      { status: 2, args: ['completion', 'none'] },
    ],
    diff: [
      { status: 0, args: ['diff', '--base', 'main', '--head', 'main', ...here] },
      { status: 1, args: ['diff', '--base', 'main', '--head', 'added', ...here] },
      { status: 2, args: ['diff', '--base', 'none', ...here] },
      { status: 3, args: ['diff', '--base', 'main', '--head', 'gone', ...here] },
    ],
    explain: [
      { status: 0, args: ['explain', 'namespace/shop', ...here] },
      { status: 1, args: ['explain', 'namespace/none', ...here] },
      { status: 2, args: ['explain', 'namespace/shop', '--cluster', 'none', ...here] },
    ],
    help: [
      { status: 0, args: ['help', 'place/unknown-cluster'] },
      { status: 2, args: ['help', 'none/none'] },
    ],
    hook: [
      { status: 0, args: ['hook', 'install', ...here] },
      { status: 2, args: ['hook', 'install', '-C', '/'] },
    ],
    import: [
      { status: 0, args: ['import', ...bed('empty'), '--out', 'fleet', exported(local)] },
      { status: 1, args: ['import', ...bed('faulty'), '--out', 'fleet', 'templates/a.yaml'] },
      { status: 2, args: ['import', ...bed('empty'), '--out', 'other', 'none.yaml'] },
    ],
    init: [
      { status: 0, args: ['init', 'new', ...bed('empty')] },
      { status: 1, args: ['init', 'new', ...bed('empty')] },
      { status: 2, args: ['init', '--ci', 'none-such'] },
    ],
    lint: [
      { status: 0, args: ['lint', ...here] },
      { status: 1, args: ['lint', ...bed('faulty')] },
      { status: 2, args: ['lint', '-C', '/'] },
    ],
    lock: [
      { status: 0, args: ['lock', ...here] },
      { status: 1, args: ['lock', ...here], before: withBase },
      { status: 2, args: ['lock', ...bed('denied')] },
    ],
    sandbox: [
      {
        status: 0,
        args: ['sandbox', '--clusters', 'a', ...bed('empty')],
        until: /Press Ctrl\+C/,
      },
      { status: 2, args: ['sandbox', '--clusters', 'a,a'] },
    ],
    traffic: [
      { status: 0, args: ['traffic', 'shop.example.com/productpage', ...bookinfo] },
      { status: 1, args: ['traffic', 'shop.example.com/none', ...bookinfo] },
      { status: 2, args: ['traffic', '--from', 'member1', ...bookinfo] },
    ],
    version: [
      { status: 0, args: ['version'] },
      { status: 2, args: ['version', '-o', 'none'] },
    ],
  };
}

const bookinfo = ['-C', join(import.meta.dirname, '../../examples/bookinfo')];

/** A base at a port that nothing listens on. */
const base = 'resources: ["http://127.0.0.1:9/none.yaml"]\n';

function exported({ directory }: BudgetFleet): string {
  return join(directory, 'templates/shop.yaml');
}

/** Runs of the commands that ask the cluster; each one starts from where the one before left the fleet. */
export function clusterCases({ single }: ExitBed): readonly (readonly [string, ExitCase])[] {
  const { repo, fleet, api } = single;
  const context = ['--kubeconfig', fleet.kubeconfig];
  const access = [...context, '--state-dir', `${repo.directory}/state`];
  const ask = (command: string, status: number, ...more: readonly string[]) =>
    [command, { status, args: [command, repo.url, ...more, ...access] }] as const;
  const who = (status: number, object: string, cluster = 'member1') =>
    ['who', { status, args: ['who', object, '--context', cluster, ...context] }] as const;
  const once = ['--once', '--no-wait', '--timeout', '30s'];
  // A syncer tries again until the timeout what an API server rejects.
  const rejected = ['--once', '--no-wait', '--timeout', '6s'];
  const agent = (status: number, name = 'member1', how = once) =>
    ask('agent', status, '--cluster', name, ...how);
  const after = ([command, run]: readonly [string, ExitCase], before: () => Promise<unknown>) =>
    [command, { ...run, before }] as const;
  const widget = { apiVersion: 'none.example.com/v1', kind: 'None', metadata: { name: 'x' } };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'exit-tools' } };
  const leave = {
    'rendered/member1': undefined,
    'rendered/other/default/configmap_a.json': configMap('a', '1'),
  };
  const drift = { data: { value: 'drifted' } };
  return [
    after(ask('status', 1), () =>
      single.push({
        'default/configmap_a.json': configMap('a', '1'),
        '_cluster/namespace_exit-tools.json': namespace,
      }),
    ),
    ask('sync', 0, ...once),
    ...[ask('status', 0), ask('drift', 0), agent(0)],
    ...[who(0, 'configmap/a'), who(1, 'configmap/none'), who(2, 'configmap/a', 'none')],
    ...[ask('status', 2, '--branch', 'none'), ask('drift', 2, '--branch', 'none')],
    ...[ask('sync', 2, '--cluster', 'none', ...once), agent(2, 'none')],
    ...[ask('reconcile', 1, 'configmap/none'), ask('reconcile', 2, '--branch', 'none')],
    ...[ask('unjoin', 1, 'member1', '--keep'), ask('unjoin', 2, 'member1')],
    after(ask('drift', 1), () => api.edit(`${configMaps}/a`, 'kubectl-edit', drift)),
    after(ask('sync', 1, ...rejected), () => single.push({ 'default/widget_x.json': widget })),
    agent(1, 'member1', rejected),
    after(ask('sync', 3, ...once), () =>
      single.push({
        'default/widget_x.json': undefined,
        '_cluster/namespace_exit-tools.json': undefined,
      }),
    ),
    ...[agent(3), ask('status', 3)],
    after(ask('unjoin', 3, 'member1', '--remove'), () => repo.push(leave)),
    ask('unjoin', 0, 'member1', '--keep'),
  ];
}
