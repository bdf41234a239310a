import * as v from 'valibot';
import { isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import { parseQuantity } from '#model/quantity.ts';
import type { ReplicaRequirements, Replicas } from '#model/replica-requirements.ts';
import { withoutEmpty } from './fields.ts';
import { type Interpreted, known, shaped } from './interpreted.ts';
import { type PodTemplate, podTemplate } from './pod-spec.ts';
import { podRequirements } from './requirements.ts';

const service = v.object({
  spec: v.nullish(
    v.object({
      rayClusterConfig: v.nullish(
        v.object({
          headGroupSpec: v.nullish(v.object({ template: v.nullish(podTemplate) }), {}),
          workerGroupSpecs: v.nullish(
            v.array(
              v.object({
                replicas: v.nullish(v.number('must be a number'), 0),
                template: v.nullish(podTemplate),
              }),
              'must be a list',
            ),
            [],
          ),
        }),
        {},
      ),
    }),
    {},
  ),
});

/**
 * Returns the replicas of a RayService: its head and its workers. Every replica counts with the largest CPU
 * request and the largest memory request of all their pod templates, and with the head's other requests
 * and node requirements.
 *
 * Source: Karmada v1.18, thirdparty/resourcecustomizations/ray.io/v1/RayService.
 */
export function rayReplicas(object: KubeObject): Interpreted<Replicas> {
  const read = shaped(service, withoutEmpty(object));
  if (read.type === 'failed') return read;
  const { headGroupSpec, workerGroupSpecs } = read.value.spec.rayClusterConfig;
  const head = headGroupSpec.template;
  if (head === undefined || head === null) return known({ replicas: 0 });
  const workers = workerGroupSpecs.reduce((sum, { replicas }) => sum + replicas, 0);
  const templates = [head, ...workerGroupSpecs.flatMap(({ template }) => template ?? [])];
  return known({
    replicas: Math.trunc(1 + workers),
    replicaRequirements: largestOf(templates, object.metadata.namespace),
  });
}

/** Returns the requirements of the first template, with the largest CPU and memory requests of all templates. */
function largestOf(
  templates: readonly PodTemplate[],
  namespace: string | undefined,
): ReplicaRequirements | undefined {
  const [head, ...others] = templates.map(({ spec }) => podRequirements(spec, namespace));
  if (head === undefined) return undefined;
  const requests = [head, ...others].map((needs) => needs?.resourceRequest ?? {});
  const most = (name: string) =>
    requests
      .flatMap((request) => request[name] ?? [])
      .toSorted((a, b) => Number((parseQuantity(b) ?? 0n) - (parseQuantity(a) ?? 0n)))
      .slice(0, 1)
      .map((quantity) => [name, quantity] as const);
  const largest = Object.fromEntries([...most('cpu'), ...most('memory')]);
  const resourceRequest = { ...head.resourceRequest, ...largest };
  return Object.keys(resourceRequest).length === 0 ? head : { ...head, resourceRequest };
}

/**
 * Returns the RayService with a number of replicas: one is the head, and the worker groups share the
 * others in proportion to their previous replicas. A RayService without worker groups stays unchanged.
 */
export function reviseRay(object: KubeObject, replicas: number): KubeObject {
  const { spec } = object;
  const config = valueAt(spec, ['rayClusterConfig']);
  const groups = valueAt(config, ['workerGroupSpecs']);
  if (!isFieldMap(spec) || !isFieldMap(config) || !Array.isArray(groups)) return object;
  if (groups.length === 0) return object;
  const before = groups.map((group) => Number(valueAt(group, ['replicas']) ?? 0));
  const after = shareOut(Math.max(0, replicas - 1), before);
  const workerGroupSpecs = groups.map((group, index) =>
    isFieldMap(group) ? { ...group, replicas: after[index] ?? 0 } : group,
  );
  return { ...object, spec: { ...spec, rayClusterConfig: { ...config, workerGroupSpecs } } };
}

/**
 * Divides workers among groups in proportion to `before`, or evenly if all groups had 0. Rounds the shares, and
 * gives the remaining workers to the last group.
 */
function shareOut(workers: number, before: readonly number[]): readonly number[] {
  if (workers === 0) return before.map(() => 0);
  const total = before.reduce((sum, count) => sum + count, 0);
  const even = Math.floor(workers / before.length);
  const more = workers % before.length;
  const shares = before.map((count, index) =>
    total === 0 ? even + (index < more ? 1 : 0) : Math.floor(workers * (count / total) + 0.5),
  );
  const given = shares.slice(0, -1).reduce((sum, share) => sum + share, 0);
  return [...shares.slice(0, -1), workers - given];
}
