/** Runs `regatta traffic` and `regatta diff` on Bookinfo, and counts the requests to the engine of Istio. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { command, installedPackage } from '#test/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-traffic-'));
const calls = join(folder, 'calls');
const env = {
  ...process.env,
  XDG_CACHE_HOME: join(folder, 'cache'),
  ENGINE_CALLS: calls,
  NODE_OPTIONS: `--import ${new URL('../engine-calls.ts', import.meta.url).href}`,
  NO_COLOR: '1',
};

/** Copies Bookinfo, with an edit of its files, and commits what it renders. */
function bookinfo(name: string, edit: (repo: string) => void = () => undefined): string {
  const repo = join(folder, name);
  cpSync(join(import.meta.dirname, '../../examples/bookinfo'), repo, { recursive: true });
  spawnSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: repo });
  edit(repo);
  commit(repo);
  return repo;
}

/** Compiles and commits. */
function commit(repo: string): void {
  const { status, asked, output } = run(repo, 'compile');
  assert.equal(status, 0, output);
  assert.deepEqual(asked, [], 'compile asks Istio');
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  const options = { cwd: repo, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } };
  spawnSync('git', ['add', '--all'], options);
  spawnSync('git', [...who, 'commit', '--quiet', '--message', 'a'], options);
}

/** Runs a command in a repository. Returns its output, and the meshes that it asked the engine about. */
function run(repo: string, ...args: readonly string[]) {
  rmSync(calls, { force: true });
  const given = { cwd: repo, env, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], given);
  const asked = existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [];
  return { status, asked, stdout, output: `${stdout}${stderr}` };
}

/** Replaces a text in a file of a repository. */
function replace(repo: string, file: string, from: string, to: string): void {
  const path = join(repo, file);
  const text = readFileSync(path, 'utf8');
  assert.ok(text.includes(from), `${file} lacks ${from}`);
  writeFileSync(path, text.replace(from, to));
}

/** Removes what makes a mesh of Bookinfo. */
function withoutMesh(repo: string): void {
  writeFileSync(
    join(repo, 'regatta.yaml'),
    'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {}\n',
  );
  for (const file of ['templates/mesh.yaml', 'policies/mesh-propagation.yaml']) {
    rmSync(join(repo, file));
  }
}

after(() => rmSync(folder, { recursive: true, force: true }));

/** Adds a kustomization behind a link to a folder, whose base is beside the target of the link. */
function withLink(repo: string): void {
  const files = {
    'app/kustomization.yaml': 'resources: [../base]',
    'base/kustomization.yaml': 'configMapGenerator: [{name: linked, literals: [a=b]}]',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repo, 'shared', path)), { recursive: true });
    writeFileSync(join(repo, 'shared', path), text);
  }
  symlinkSync('../shared/app', join(repo, 'templates/linked'));
}

describe('regatta traffic', () => {
  let repo: string;
  before(() => {
    repo = bookinfo('traffic');
  });

  it('EN12: renders a kustomization behind a link as compile does', () => {
    const linked = bookinfo('linked');
    withLink(linked);
    const { status, output } = run(linked, 'traffic', 'ratings:9080/', '--from', 'member2/default');
    assert.equal(status, 0, output);
    assert.match(output, /to ratings\.default:9080 {2}100 %/);
  });

  it('M2: shows the share of each version and cluster, and remembers the answer', () => {
    installedPackage();
    const args = ['traffic', 'reviews:9080/', '--from', 'member1/default'];
    const first = run(repo, ...args);
    assert.equal(first.status, 0, first.output);
    assert.deepEqual(first.asked, ['mesh1']);
    assert.match(
      first.stdout,
      /to reviews\.default:9080 {2}100 %\n {4}v1 {2}member1 {2}1 pod {2}16\.7 %\n/,
    );
    const second = run(repo, ...args);
    assert.deepEqual([second.asked, second.stdout], [[], first.stdout]);
  });

  it('M2: shows the refusal of a path without a rule, and exits with 1', () => {
    const { status, stdout, output } = run(repo, 'traffic', 'shop.example.com/none');
    assert.equal(status, 1, output);
    assert.match(stdout, /gateway default\/ingressgateway on member1\n {2}404/);
  });
});

describe('a Gateway of the Gateway API', () => {
  const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: routes, namespace: default}
spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: routes, namespace: default}
spec:
  resourceSelectors: [{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway}]
  placement:
    clusterAffinity: {clusterNames: [mesh1]}
    clusterTolerations: [{operator: Exists}]
`;
  const [manifest = '', policy = ''] = gateway.split('---\n');
  const add = (repo: string): void => {
    writeFileSync(join(repo, 'templates/gateway.yaml'), manifest);
    writeFileSync(join(repo, 'policies/gateway.yaml'), policy);
  };

  it('M1: is refused, and asks no engine', () => {
    const repo = bookinfo('refused', add);
    const { status, asked, output } = run(repo, 'traffic');
    assert.deepEqual([status, asked], [2, []], output);
    assert.match(
      output,
      /mesh mesh1 has a Gateway of the Gateway API, which regatta traffic does not support yet/,
    );
  });

  it('M5: makes no mesh by itself', () => {
    const repo = bookinfo('other', (folder) => {
      withoutMesh(folder);
      add(folder);
    });
    replace(repo, 'templates/reviews.yaml', 'replicas: 1', 'replicas: 3');
    commit(repo);
    const { asked, output } = run(repo, 'diff', '--base', 'HEAD~1');
    assert.deepEqual(asked, []);
    assert.doesNotMatch(output, /traffic/);
  });
});

describe('regatta diff of a mesh', () => {
  it('M3: names the shares that a change moves, and the requests that it loses', () => {
    const repo = bookinfo('diff');
    replace(repo, 'templates/reviews.yaml', 'replicas: 1', 'replicas: 3');
    replace(repo, 'templates/mesh.yaml', 'exact: /productpage', 'exact: /shop');
    commit(repo);
    const { status, asked, stdout, output } = run(repo, 'diff', '--base', 'HEAD~1');
    assert.equal(status, 1, output);
    assert.deepEqual(asked, ['mesh1', 'mesh1']);
    assert.match(stdout, /reviews\.default:9080\/ .*v1 33\.3 % → 60 %, v2 33\.3 % → 20 %/);
    assert.match(stdout, /! \*:80\/productpage .* is no longer there/);
  });

  it('M5: asks the engine only if something of the mesh may differ', () => {
    const repo = bookinfo('idle');
    replace(repo, 'templates/reviews.yaml', 'account: reviews', 'account: others');
    commit(repo);
    const { status, asked, output } = run(repo, 'diff', '--base', 'HEAD~1');
    assert.equal(status, 1, output);
    assert.deepEqual(asked, []);
  });

  it('M5: asks no engine about a fleet without a mesh', () => {
    const repo = bookinfo('none', withoutMesh);
    replace(repo, 'templates/reviews.yaml', 'replicas: 1', 'replicas: 3');
    commit(repo);
    const { status, asked, output } = run(repo, 'diff', '--base', 'HEAD~1');
    assert.equal(status, 1, output);
    assert.deepEqual(asked, []);
    assert.doesNotMatch(output, /traffic/);
    assert.match(run(repo, 'traffic').output, /the fleet has no mesh/);
  });
});
