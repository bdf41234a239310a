import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeKubeconfig } from '#test/bed/kubeconfig.ts';
import { commandExits } from '#test/canary/exits.ts';
import { fleetFiles } from '#test/canary/fleet-files.ts';
import { repeating } from '#test/canary/repeating.ts';
import { canaries, found } from '#test/canary/scan.ts';
import { command } from '#test/command.ts';
import { GitServer } from '#test/git-server.ts';
import { keyFile } from '#test/seal.ts';
import { readAccess } from '../api/access.ts';
import { ApiProxy } from '../api/proxy.ts';
import { Scenario } from '../cluster/scenario.ts';

type Name = keyof typeof commandExits;

let scenario: Scenario;
let git: GitServer;
let proxy: ApiProxy;
let folder: string;
/** The commit before a change of every secret. */
let first: string;
let environment: Readonly<Record<string, string>>;

/** Runs a command, and returns everything that it printed. Sends SIGTERM once `done` holds. */
async function run(args: readonly string[], done?: (text: string) => boolean): Promise<string> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [command, ...args], { env, stdio: 'pipe' });
  child.stdin.end();
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
      if (done?.(text)) child.kill('SIGTERM');
    });
  }
  await new Promise((resolve) => child.once('close', resolve));
  return text;
}

const asking = () => [
  ...['--kubeconfig', join(folder, 'kubeconfig'), '--state-dir', join(folder, 'state')],
  ...['--age-key-file', keyFile, '--git-token-file', join(folder, 'gitToken')],
];
const repo = () => `${git.url}repo.git`;
const checkout = () => scenario.repo.checkout;
const once = ['--once', '--timeout', '30s'];

/** How the test runs each command; a command that is not here is a type error. */
const runs: Readonly<Record<Name, (format: string) => readonly (readonly string[])[]>> = {
  agent: (format) => [
    ['agent', repo(), '--cluster', 'member1', ...asking(), ...once, '-o', format],
  ],
  blame: (format) =>
    ['secret_plain', 'secret_chart', 'configmap_sealed', 'deployment.apps_web'].map((file) => [
      ...['blame', `rendered/member1/default/${file}.yaml`, '-C', checkout(), '-o', format],
    ]),
  completion: () => [['completion', 'bash']],
  compile: (format) => [['compile', checkout(), '--check', '-o', format]],
  diff: (format) => [
    ['diff', checkout(), '--base', first, '-o', format],
    [
      ...['diff', checkout(), '--live', '--kubeconfig', join(folder, 'kubeconfig')],
      ...['--age-key-file', keyFile, '-o', format],
    ],
  ],
  drift: (format) => [['drift', repo(), ...asking(), '-o', format]],
  explain: (format) => [['explain', 'secret/plain', '-C', checkout(), '-o', format]],
  help: () => [['help', 'place/unknown-cluster']],
  hook: () => [['hook', 'install', checkout()]],
  import: () => [
    ['import', join(checkout(), 'templates/plain.yaml'), '--out', join(folder, 'imported')],
  ],
  init: () => [['init', join(folder, 'new')]],
  lint: (format) => [['lint', checkout(), '-o', format]],
  lock: (format) => [['lock', checkout(), '-o', format]],
  reconcile: (format) => [['reconcile', repo(), ...asking(), '-o', format]],
  sandbox: () => [
    ['sandbox', '--clusters', 'a', '--kubeconfig', join(folder, 'sandbox.kubeconfig')],
  ],
  status: (format) => [['status', repo(), ...asking(), '-o', format]],
  sync: (format) => [['sync', repo(), ...asking(), ...once, '-o', format]],
  traffic: (format) => [['traffic', '-C', checkout(), '-o', format]],
  unjoin: (format) => [
    [
      ...[
        'unjoin',
        repo(),
        'member1',
        '--keep',
        '-o',
        format,
        '--git-token-file',
        join(folder, 'gitToken'),
      ],
      ...['--kubeconfig', join(folder, 'kubeconfig'), '--state-dir', join(folder, 'state')],
    ],
  ],
  version: (format) => [['version', '-o', format]],
  who: (format) =>
    ['secret/plain', 'configmap/sealed'].map((object) => [
      ...['who', object, '--context', 'member1', '--kubeconfig', join(folder, 'kubeconfig')],
      ...['-C', checkout(), '-o', format],
    ]),
};

describe('K17: a canary in each kind of secret', () => {
  before(async () => {
    scenario = await Scenario.open();
    folder = scenario.repo.directory;
    const login = { username: 'x-access-token', password: canaries.gitToken };
    git = await GitServer.start({ root: folder });
    proxy = await ApiProxy.open(scenario.fleet.kubeconfig, 'member1');
    git.login = login;
    for (const [name, value] of Object.entries(canaries)) writeFileSync(join(folder, name), value);
    const { server, ca = '', token = '' } = readAccess(proxy.kubeconfig, 'member1');
    const own = scenario.fleet.kubeconfig && token === '' ? canaries.kubeconfigToken : token;
    writeKubeconfig(join(folder, 'kubeconfig'), [{ name: 'member1', server, ca, token: own }]);
    mkdirSync(join(folder, 'cache'));
    environment = {
      XDG_CACHE_HOME: join(folder, 'cache'),
    };
    first = await publish('-1');
    await run(['sync', repo(), ...asking(), ...once]);
    proxy.intercept = repeating;
    await publish('-2');
  });
  after(async () => {
    proxy?.close();
    await git?.close();
    await scenario?.close();
  });

  /** Commits the sources and what compile makes of them. */
  async function publish(revision: string): Promise<string> {
    await scenario.repo.push(await fleetFiles(revision));
    assert.match(await run(['compile', checkout()]), /objects? for 1 cluster/);
    return scenario.repo.push({});
  }

  for (const [name, formats] of Object.entries(commandExits)) {
    it(`K17: regatta ${name} prints none of them`, async () => {
      for (const format of formats) {
        for (const args of runs[name as Name](format)) {
          const isReady = (text: string) => name === 'sandbox' && text.includes('Press');
          const text = await run(args, isReady);
          assert.notEqual(text, '', args.join(' '));
          assert.deepEqual(found(text), [], `${args.join(' ')}\n${text}`);
        }
      }
    });
  }
});
