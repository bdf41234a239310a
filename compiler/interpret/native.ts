import * as v from 'valibot';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import type { Component, Replicas } from '#model/replica-requirements.ts';
import { withCount } from './count.ts';
import { type Interpreted, known, shaped } from './interpreted.ts';
import { type PodTemplate, podTemplate } from './pod-spec.ts';
import { podRequirements } from './requirements.ts';

/** Reads and changes the replicas of a kind. */
export interface ReplicaKind {
  readonly replicas: (object: KubeObject, profile: Profile) => Interpreted<Replicas>;
  /** The components, for kinds that Karmada can place by them. */
  readonly components?: (object: KubeObject) => Interpreted<readonly Component[]>;
  /** Sets the number of replicas; absent if the kind has no such number. */
  readonly revise?: (object: KubeObject, replicas: number) => KubeObject;
}

const count = v.nullish(
  v.pipe(
    v.number('must be a whole number'),
    v.integer('must be a whole number'),
    v.minValue(0, 'must not be negative'),
    v.maxValue(2_147_483_647, 'must be below 2³¹'),
  ),
);

const workload = v.object({
  spec: v.nullish(
    v.object(
      {
        replicas: count,
        parallelism: count,
        completions: count,
        template: v.nullish(podTemplate, {}),
      },
      'must be a map',
    ),
    {},
  ),
});

type WorkloadSpec = v.InferOutput<typeof workload>['spec'];

/**
 * The workloads among Kubernetes' own kinds. An absent number counts as 1, the API server's
 * default. Karmada, which never reads an object without defaults, treats it as 0.
 *
 * Source: Karmada v1.18, pkg/resourceinterpreter/default/native/{replica,revisereplica}.go.
 */
export const nativeKinds: ReadonlyMap<string, ReplicaKind> = new Map<string, ReplicaKind>([
  ...['apps/v1/Deployment', 'apps/v1/ReplicaSet', 'apps/v1/StatefulSet'].map(
    (type): [string, ReplicaKind] => [
      type,
      {
        replicas: counted(({ replicas }, absent) => replicas ?? absent),
        revise: (object, replicas) => withCount(object, 'replicas', replicas),
      },
    ],
  ),
  [
    'batch/v1/Job',
    {
      replicas: counted(({ parallelism, completions }, absent) =>
        Math.min(parallelism ?? absent, completions ?? Number.POSITIVE_INFINITY),
      ),
      revise: (object, replicas) => withCount(object, 'parallelism', replicas),
    },
  ],
  ['v1/Pod', { replicas: (object) => replicasOf(object, shaped(podTemplate, object), 1) }],
]);

function counted(countOf: (spec: WorkloadSpec, absent: number) => number): ReplicaKind['replicas'] {
  return (object, profile) => {
    const read = shaped(workload, object);
    if (read.type === 'failed') return read;
    const { spec } = read.value;
    return replicasOf(object, known(spec.template), countOf(spec, profile === 'karmada' ? 0 : 1));
  };
}

/** Returns a number of replicas with the requirements of a pod template. */
function replicasOf(
  { metadata }: KubeObject,
  template: Interpreted<PodTemplate>,
  replicas: number,
): Interpreted<Replicas> {
  if (template.type === 'failed') return template;
  const replicaRequirements = podRequirements(template.value.spec, metadata.namespace);
  return known({ replicas, replicaRequirements });
}
