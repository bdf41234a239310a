import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { until } from '#test/until.ts';
import { configMap } from './objects.ts';
import { configMaps, Scenario } from './scenario.ts';

const members = ['member1', 'member2'] as const;
const clusters = members
  .map(
    (name) =>
      `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\nspec: {syncMode: Push}\n`,
  )
  .join('---\n');

/** Returns a policy that places the ConfigMap `a` on one cluster, and one that places `others` on both. */
function policies(affinity: string): string {
  return `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: a, namespace: default}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap, name: a}]
  placement:
    clusterAffinity: ${affinity}
    spreadConstraints: [{spreadByField: cluster, minGroups: 1, maxGroups: 1}]
---
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: others, namespace: default}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap, name: others}]
  placement: {}
`;
}

/** Each step starts from the repository and the members as the previous step left them. */
describe('street C6: a rollback where a syncer renders', () => {
  let scenario: Scenario;
  let first = '';
  before(async () => {
    scenario = await Scenario.open('--compile');
  });
  after(() => scenario?.close());

  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: scenario.repo.checkout, encoding: 'utf8' }).trim();

  /** Waits until the ConfigMap is on one member only, and the syncer has pushed what it rendered. */
  async function placedOn(member: (typeof members)[number]): Promise<void> {
    await until(`ConfigMap a on ${member} only`, async () => {
      const found = members.map(async (name) =>
        (await scenario[name].get(`${configMaps}/a`)) === undefined ? '' : name,
      );
      return (await Promise.all(found)).join('') === member;
    });
    scenario.repo.pull();
  }

  it('street C6: a change of a policy moves an object to another cluster', async () => {
    await scenario.repo.push({
      'clusters/members.yaml': clusters,
      'templates/a.json': configMap('a', '1'),
      'templates/others.json': configMap('others', '1'),
      'policies/a.yaml': policies('{}'),
    });
    await scenario.start();
    await placedOn('member1');
    first = git('rev-parse', 'HEAD');
    const exclude = '{exclude: [member1]}';
    await scenario.repo.push({ 'policies/a.yaml': policies(exclude) });
    await placedOn('member2');
  });

  it('street C6: a revert of the sources alone leaves the object where it is', async () => {
    const commit = await scenario.repo.push({ 'policies/a.yaml': policies('{}') });
    for (const cluster of members) {
      await scenario.syncer.event(
        (event) => event.type === 'synced' && event.cluster === cluster && event.commit === commit,
      );
    }
    await placedOn('member2');
  });

  it('street C6: a revert of the sources and of what was rendered restores both, and nothing is rendered again', async () => {
    const changes = git('rev-list', `${first}..HEAD`).split('\n');
    git('revert', '--no-edit', ...changes);
    assert.equal(git('diff', first), '');
    const reverted = git('rev-parse', 'HEAD');
    git('push', '--quiet', scenario.repo.url, 'HEAD:main');
    await placedOn('member1');
    assert.equal(await scenario.syncer.stop('SIGTERM'), 0);
    scenario.repo.pull();
    assert.equal(git('rev-parse', 'HEAD'), reverted);
  });
});
