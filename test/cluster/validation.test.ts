import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ObjectChecks } from '#io/checks/object-checks.ts';
import type { KubeObject } from '#model/object.ts';
import type { CheckAnswers } from '#model/object-check.ts';
import { ok } from '../api/reading.ts';
import { useMember } from '../contract/member.ts';
import { isReal } from '../fleet.ts';
import { until } from '../until.ts';
import { type Case, cases } from './validation-cases.ts';
import { definitionWith, gaugeDefinition, gauges, properties } from './validation-gauges.ts';
import '#test/commands/kept-checker.ts';

const types: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  deployments: ['apps/v1', 'Deployment'],
  configmaps: ['v1', 'ConfigMap'],
  secrets: ['v1', 'Secret'],
  services: ['v1', 'Service'],
  serviceaccounts: ['v1', 'ServiceAccount'],
  roles: ['rbac.authorization.k8s.io/v1', 'Role'],
  rolebindings: ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ingresses: ['networking.k8s.io/v1', 'Ingress'],
  networkpolicies: ['networking.k8s.io/v1', 'NetworkPolicy'],
  horizontalpodautoscalers: ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  cronjobs: ['batch/v1', 'CronJob'],
  poddisruptionbudgets: ['policy/v1', 'PodDisruptionBudget'],
  gauges: ['example.com/v1', 'Gauge'],
};

const all: readonly Case[] = [
  ...cases,
  ...gauges.map(([title, spec]): Case => [title, 'gauges', { spec }]),
];

function objectOf([, type, rest]: Case, namespace: string): KubeObject {
  const [apiVersion, kind] = types[type] ?? [];
  const { metadata = {}, ...others } = rest as { readonly metadata?: object };
  const whole = { apiVersion, kind, metadata: { name: 'a', namespace, ...metadata }, ...others };
  return JSON.parse(JSON.stringify(whole)) as KubeObject;
}

describe('a check without a cluster', {
  skip: !isReal && 'the sandbox validates less: npm run test:cluster -- validation',
}, () => {
  const member = useMember();
  let namespace: string;
  let answers: CheckAnswers;

  before(async () => {
    namespace = await member.namespace();
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    ok(await member.create(path, gaugeDefinition));
    const gauges = `/apis/example.com/v1/namespaces/${namespace}/gauges`;
    await until('gauges to be served', async () => (await member.get(gauges)).status === 200);
    const checks = all.map((one) => ({ id: one[0], object: objectOf(one, namespace) }));
    for (const [id, property] of properties) checks.push({ id, object: definitionWith(property) });
    const around = { release: '1.37', policies: [], namespaces: {} };
    const request = { ...around, definitions: [gaugeDefinition], checks };
    answers = await new ObjectChecks(namespace).run([request]);
  });

  /** Expects the same verdict from the engine and from a server-side apply. */
  async function compare(id: string, path: string, object: KubeObject): Promise<void> {
    const query = { dryRun: 'All', fieldValidation: 'Strict', force: 'true' };
    const { status, body } = await member.apply(path, 'test', object, query);
    assert.equal(answers.type, 'answered');
    const answer = answers.type === 'answered' ? answers.answers.get(id) : undefined;
    const output = JSON.stringify({ message: Object(body).message, answer });
    assert.deepEqual(answer?.notChecked, [], output);
    assert.equal(answer?.errors.length === 0, status < 300, output);
  }

  for (const [title, property] of properties) {
    it(`EN19: the check agrees with a server-side apply about ${title}`, () => {
      const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tills.example.com';
      return compare(title, path, definitionWith(property));
    });
  }

  for (const one of all) {
    const [title, type] = one;
    it(`EN18, EN19: the check agrees with a server-side apply about ${title}`, () => {
      const object = objectOf(one, namespace);
      const { apiVersion } = object;
      const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      return compare(title, `${root}/namespaces/${namespace}/${type}/a`, object);
    });
  }
});
