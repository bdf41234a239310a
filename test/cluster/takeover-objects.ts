import assert from 'node:assert/strict';
import type { KubeObject } from '#model/object.ts';
import { deployment } from './objects.ts';
import type { Scenario } from './scenario.ts';

/** Pushes the objects for member1 and syncs once. */
export async function applyOnce(
  scenario: Scenario,
  ...objects: readonly KubeObject[]
): Promise<void> {
  const files = objects.map((object) => {
    const { kind, metadata } = object;
    return [`rendered/member1/default/${kind}_${metadata.name}.json`, object] as const;
  });
  await scenario.repo.push(Object.fromEntries(files));
  const { status, events } = await scenario.once('--no-wait');
  assert.equal(status, 0, JSON.stringify(events, undefined, 1));
}

/** Returns a Deployment with a container `web`. */
export function workload(
  name: string,
  labels: Readonly<Record<string, string>>,
  env: readonly object[],
): KubeObject {
  const object = JSON.parse(JSON.stringify(deployment(name, 1, 'web:1', labels)));
  object.spec.template.spec.containers[0].name = 'web';
  if (env.length > 0) object.spec.template.spec.containers[0].env = env;
  return object as KubeObject;
}

/** Returns a ConfigMap in `default`. */
export function map(name: string, data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data };
}
