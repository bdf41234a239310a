/** Runs `regatta traffic` and `regatta diff` on Bookinfo, and counts the requests to the engine of Istio. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { installedPackage } from '#test/command.ts';
import { bookinfo, commit, replace, run, runAlone, withoutMesh } from './bookinfo-fleet.ts';

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
    const first = runAlone(repo, ...args);
    assert.equal(first.status, 0, first.output);
    assert.deepEqual([first.asked, first.isPrepared], [['mesh1'], true]);
    assert.match(
      first.stdout,
      /to reviews\.default:9080 {2}100 %\n {4}v1 {2}member1 {2}1 pod {2}16\.7 %\n/,
    );
    const second = runAlone(repo, ...args);
    assert.deepEqual([second.asked, second.isPrepared, second.stdout], [[], false, first.stdout]);
  });

  it('M2: shows the refusal of a path without a rule, and exits with 1', () => {
    const { status, stdout, output } = run(repo, 'traffic', 'shop.example.com/none');
    assert.equal(status, 1, output);
    assert.match(stdout, /gateway default\/ingressgateway on member1\n {2}404/);
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
