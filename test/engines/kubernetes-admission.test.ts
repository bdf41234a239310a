import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { EnginePool } from '#io/engine/pool.ts';
import { ask } from '#test/recorded/replay.ts';

const container = { name: 'a', image: 'a', securityContext: { privileged: true } };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'shop' },
  spec: { containers: [container] },
};
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', namespace: 'shop' },
  spec: {
    replicas: 7,
    selector: { matchLabels: { app: 'a' } },
    template: { metadata: { labels: { app: 'a' } }, spec: { containers: [container] } },
  },
};

describe('admission in the Kubernetes engine', () => {
  const pool = new EnginePool({ workers: 1 });
  after(() => pool.close());

  it('EN21: refuses a Pod that violates the Pod Security level of its namespace, and warns of a pod template', async () => {
    const namespaces = { shop: { 'pod-security.kubernetes.io/enforce': 'baseline' } };
    const checks = [pod, deployment].map((object) => ({ id: object.kind, object }));
    const [refused, warned] = await ask(pool, checks, { namespaces });
    assert.match(refused?.message ?? '', /^pods "a" is forbidden: violates PodSecurity "baseline/);
    assert.deepEqual(warned?.errors, []);
    assert.match(
      warned?.warnings[0]?.message ?? '',
      /^would violate PodSecurity "baseline:latest"/,
    );
  });

  it('EN21: uses the Pod Security version that the namespace is labelled with', async () => {
    const label = 'pod-security.kubernetes.io';
    const namespaces = {
      shop: { [`${label}/enforce`]: 'baseline', [`${label}/enforce-version`]: 'v1.30' },
    };
    const [refused] = await ask(pool, [{ id: 'pod', object: pod }], { namespaces });
    assert.match(refused?.message ?? '', /violates PodSecurity "baseline:v1\.30"/);
  });

  it('EN21: a policy with parameters denies, warns or audits, as its binding says', async () => {
    const checks = [{ id: 'deployment', object: deployment }];
    const [denied] = await ask(pool, checks, { policies: policiesWith(['Deny']) });
    assert.deepEqual(
      denied?.errors.map(({ message }) => message),
      ["ValidatingAdmissionPolicy 'few' with binding 'few' denied request: at most 5"],
    );
    const [warned] = await ask(pool, checks, { policies: policiesWith(['Warn', 'Audit']) });
    assert.deepEqual(warned?.errors, []);
    assert.deepEqual(
      warned?.warnings.map(({ type }) => type),
      [undefined, 'Audit'],
    );
  });

  it('EN21: reports a policy whose parameters the repository lacks as not checked', async () => {
    const policies = policiesWith(['Deny']).slice(0, 2);
    const [answer] = await ask(pool, [{ id: 'deployment', object: deployment }], { policies });
    assert.deepEqual(answer?.errors, []);
    assert.deepEqual(answer?.notChecked, [
      'ValidatingAdmissionPolicyBinding few, because the repository holds no ConfigMap',
    ]);
  });

  it('EN18: accepts an object as text, which preserves duplicate keys', async () => {
    const text = JSON.stringify(deployment).replace('"replicas":7', '"replicas":7,"replicas":8');
    const [answer] = await ask(pool, [{ id: 'deployment', object: text }]);
    assert.match(answer?.message ?? '', /key "replicas" already set in map/);
  });

  it('EN18: a request does not affect the next one', async () => {
    const policies = policiesWith(['Deny']);
    await ask(pool, [{ id: 'deployment', object: deployment }], { policies });
    const [answer] = await ask(pool, [{ id: 'deployment', object: deployment }]);
    assert.deepEqual(answer?.errors, []);
  });
});

function policiesWith(validationActions: readonly string[]): unknown[] {
  const group = 'admissionregistration.k8s.io/v1';
  const rule = {
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['deployments'],
  };
  const validation = {
    expression: "object.spec.replicas <= int(params.data['limit'])",
    messageExpression: "'at most ' + params.data['limit']",
  };
  return [
    {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'few' },
      spec: {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        matchConstraints: { resourceRules: [rule] },
        validations: [validation],
      },
    },
    {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'few' },
      spec: {
        policyName: 'few',
        validationActions,
        paramRef: { name: 'limits', namespace: 'x', parameterNotFoundAction: 'Deny' },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'limits', namespace: 'x' },
      data: { limit: '5' },
    },
  ];
}
