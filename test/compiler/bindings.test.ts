import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compile } from '#compiler/compile.ts';
import type { Profile } from '#model/policy.ts';
import { bindingsHeader } from '#model/rendered.ts';
import { readYaml } from '#model/yaml.ts';

interface Given {
  /** `spec.placement` and fields beside it, in YAML's flow style. */
  readonly placement?: string;
  readonly more?: string;
  readonly replicas?: number;
  readonly clusters?: readonly string[];
  /** The text of bindings/shop.yaml. */
  readonly bindings?: string | undefined;
  readonly profile?: Profile;
  /** Other policies. */
  readonly policies?: string;
  /** `spec.featureGates` of regatta.yaml. */
  readonly gates?: string;
}

const divided =
  '{replicaScheduling: {replicaSchedulingType: Divided, weightPreference: {dynamicWeight: AvailableReplicas}}}';

/** Places web on clusters that allocate as many pods as the number at the end of their name. */
function decide({
  placement = divided,
  more = '',
  replicas = 4,
  clusters = ['a8', 'b8'],
  bindings,
  profile = 'regatta',
  policies = '',
  gates = '{}',
}: Given) {
  const member = (name: string) =>
    `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\nspec: {syncMode: Push}\n` +
    `status: {apiEnablements: [{groupVersion: apps/v1, resources: [{kind: Deployment}]}], ` +
    `resourceSummary: {allocatable: {pods: ${name.slice(1)}}}}\n`;
  const files = new Map([
    [
      'regatta.yaml',
      `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {featureGates: ${gates}}\n`,
    ],
    ['clusters/c.yaml', clusters.map(member).join('---\n')],
    [
      'templates/web.yaml',
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: ${replicas}}\n`,
    ],
    ['policies/p.yaml', `${policyOf('p', `placement: ${placement}${more}`)}${policies}`],
  ]);
  const existing = new Map(bindings === undefined ? [] : [['bindings/shop.yaml', bindings]]);
  const { desired, diagnostics } = compile(files, existing, { profile });
  const text = desired.bindings.get('bindings/shop.yaml')?.text ?? '';
  const [document] = readYaml(text) as readonly { metadata: Notes; spec: Spec }[];
  return {
    text,
    codes: diagnostics.map(({ code }) => code),
    spec: document?.spec,
    policy: document?.metadata.annotations['propagationpolicy.karmada.io/name'],
    shares: Object.fromEntries(
      (document?.spec.clusters ?? []).map((target) => [target.name, target.replicas]),
    ),
  };
}

interface Notes {
  readonly annotations: Readonly<Record<string, string>>;
}

interface Spec {
  readonly clusters: readonly { readonly name: string; readonly replicas?: number }[];
  readonly rescheduleTriggeredAt?: string;
  readonly suspension?: object;
}

function policyOf(name: string, spec: string): string {
  return (
    `apiVersion: policy.karmada.io/v1alpha1\nkind: PropagationPolicy\nmetadata: {name: ${name}, namespace: shop}\n` +
    `spec: {resourceSelectors: [{apiVersion: apps/v1, kind: Deployment}], ${spec}}\n`
  );
}

/** Returns a ResourceBinding as a person might write it by hand. */
function remembered(clusters: string, more = ''): string {
  return (
    `${bindingsHeader}\n---\napiVersion: work.karmada.io/v1alpha2\nkind: ResourceBinding\n` +
    'metadata: {name: whatever, namespace: shop}\n' +
    `spec: {resource: {apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web}, clusters: ${clusters}${more}}\n`
  );
}

describe('bindings/', () => {
  const uneven = '[{name: a8, replicas: 1}, {name: b8, replicas: 3}]';

  it('keeps the replicas that the binding assigns', () => {
    assert.deepEqual(decide({}).shares, { a8: 2, b8: 2 });
    const kept = decide({ bindings: remembered(uneven) });
    assert.deepEqual(kept.shares, { a8: 1, b8: 3 });
    assert.equal(decide({ bindings: kept.text }).text, kept.text);
  });

  it('adds to the assigned replicas when the template asks for more', () => {
    const { shares } = decide({ replicas: 8, bindings: remembered(uneven) });
    assert.deepEqual(shares, { a8: 3, b8: 5 });
  });

  it('drops clusters from a binding that were deleted, or that the policy excludes', () => {
    const gone = decide({ clusters: ['a8'], bindings: remembered(uneven) });
    assert.deepEqual(gone.shares, { a8: 4 });
    const placement = divided.replace('{', '{clusterAffinity: {exclude: [b8]}, ');
    assert.deepEqual(decide({ placement, bindings: remembered(uneven) }).shares, { a8: 4 });
  });

  it('reschedules once when the binding has rescheduleTriggeredAt', () => {
    const asked = remembered(uneven, ', rescheduleTriggeredAt: "2026-08-24T09:00:00Z"');
    const { shares, spec } = decide({ bindings: asked });
    assert.deepEqual(shares, { a8: 2, b8: 2 });
    assert.equal(spec?.rescheduleTriggeredAt, undefined);
  });

  it('leaves a binding unchanged while its scheduling is suspended', () => {
    const bindings = remembered(uneven, ', suspension: {scheduling: true}');
    const first = decide({ replicas: 8, bindings });
    assert.deepEqual(first.shares, { a8: 1, b8: 3 });
    assert.deepEqual(first.spec?.suspension, { scheduling: true });
    assert.equal(decide({ replicas: 8, bindings: first.text }).text, first.text);
  });

  it('applies a changed Lazy policy only when the template changes', () => {
    const more = ', activationPreference: Lazy';
    const everywhere = { placement: '{}', more };
    const first = decide(everywhere);
    assert.deepEqual(first.shares, { a8: 4, b8: 4 });
    const moved = { placement: '{clusterAffinity: {clusterNames: [a8]}}', more };
    const waiting = decide({ ...moved, bindings: first.text });
    assert.deepEqual(waiting.shares, { a8: 4, b8: 4 });
    const changed = decide({ ...moved, replicas: 5, bindings: waiting.text });
    assert.deepEqual(changed.shares, { a8: 5 });
  });

  it('keeps the policy that a binding names only under the profile karmada', () => {
    const policies = `---\n${policyOf('better', 'placement: {}, priority: 5')}`;
    const bindings = decide({}).text;
    assert.equal(decide({ bindings, policies, profile: 'karmada' }).policy, 'p');
    assert.equal(decide({ bindings, policies }).policy, 'better');
  });

  it('lets a preempting policy take over a binding when the feature gate is on', () => {
    const taker = policyOf('better', 'placement: {}, priority: 5, preemption: Always').replace(
      'kind: Deployment}',
      'kind: Deployment, name: web}',
    );
    const given = {
      bindings: decide({}).text,
      policies: `---\n${taker}`,
      profile: 'karmada',
    } as const;
    assert.equal(decide(given).policy, 'p');
    for (const gate of ['PropagationPolicyPreemption', 'PolicyPreemption']) {
      assert.equal(decide({ ...given, gates: `{${gate}: true}` }).policy, 'better');
    }
  });

  it('reports a binding with an invalid value', () => {
    const { codes } = decide({ bindings: remembered('[{name: a8, replicas: many}]') });
    assert.deepEqual(codes, ['parse/invalid-value']);
  });
});
