import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isReal, startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';
import { deployFolder } from './agent-access.ts';
import {
  allowedCases,
  deniedCases,
  type LimitCase,
  onlyWithParameter,
} from './agent-limit-cases.ts';

const agent = 'system:serviceaccount:regatta-system:regatta-agent';
let fleet: TestFleet;

function kubectl(args: readonly string[], input?: object) {
  const context = ['--kubeconfig', fleet.kubeconfig, '--context', 'member1'];
  const given = input === undefined ? '' : JSON.stringify(input);
  return spawnSync(fleet.kubectl, [...context, ...args], { encoding: 'utf8', input: given });
}

/** Sends the request of a case as the agent, without effect. Returns '' or the refusal. */
function asAgent({ object, remove = false }: LimitCase): string {
  const args = remove
    ? ['delete', '--dry-run=server', '-f', '-']
    : [
        'apply',
        '--server-side',
        '--force-conflicts',
        '--dry-run=server',
        '--validate=false',
        '-f',
        '-',
      ];
  const { status, stderr } = kubectl([...args, '--as', agent], object);
  return status === 0 ? '' : stderr;
}

function run(args: readonly string[], input?: object): void {
  const { status, stderr } = kubectl(args, input);
  assert.equal(status, 0, stderr);
}

/** The sandbox has no admission policies. */
describe('the limits of an agent', { skip: isReal ? false : 'needs npm run test:cluster' }, () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1'], controllers: true });
    for (const file of ['1-namespace.yaml', '2-access.yaml', '2-limits.yaml']) {
      run(['apply', '-f', join(deployFolder, file)]);
    }
    // Without the policy, the roles would allow all of it: an operator may bind more.
    run(['create', 'clusterrolebinding', 'all', '--clusterrole=cluster-admin', `--user=${agent}`]);
    run(['create', 'namespace', 'shop']);
    run(['create', 'namespace', 'cni']);
    run(['create', 'configmap', 'other', '-n', 'regatta-system']);
    const [first] = deniedCases;
    assert.ok(first);
    await until('the policy to be in force', async () => first.message.test(asAgent(first)));
  });
  after(() => fleet?.close());

  it('K54: S20: denies what takes over a node, kube-system, pod security or the agent itself', async (test) => {
    for (const one of deniedCases) {
      await test.test(one.name, () => assert.match(asAgent(one), one.message));
    }
  });

  it('K54: allows applications, and the objects that the agent keeps itself', async (test) => {
    for (const one of allowedCases) await test.test(one.name, () => assert.equal(asAgent(one), ''));
  });

  it('K54: limits no other account', () => {
    for (const { object } of deniedCases) {
      const { stderr } = kubectl(
        ['apply', '--server-side', '--dry-run=server', '--validate=false', '-f', '-'],
        object,
      );
      assert.doesNotMatch(stderr, /ValidatingAdmissionPolicy/);
    }
  });

  it('K54: allows what the parameters allow, in the namespaces that they list', async (test) => {
    const data = { privilegedNamespaces: 'cni, exporters\nkube-system', kubeSystem: 'Allow' };
    run([
      'patch',
      'configmap',
      'regatta-agent-limits',
      '-n',
      'regatta-system',
      '-p',
      JSON.stringify({ data }),
    ]);
    const [first] = onlyWithParameter;
    assert.ok(first);
    await until('the parameters to be in force', async () => asAgent(first) === '');
    for (const one of onlyWithParameter) {
      await test.test(one.name, () => assert.equal(asAgent(one), ''));
    }
    for (const one of deniedCases.filter(({ always = false }) => always)) {
      await test.test(`still denies ${one.name}`, () => assert.match(asAgent(one), one.message));
    }
  });

  it('K54: denies every write without its parameters', async () => {
    run(['delete', 'configmap', 'regatta-agent-limits', '-n', 'regatta-system']);
    const [first] = allowedCases;
    assert.ok(first);
    await until('the policy to miss its parameters', async () =>
      /no params found/.test(asAgent(first)),
    );
  });
});
