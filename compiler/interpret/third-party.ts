import * as v from 'valibot';
import { type FieldMap, isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import type { Replicas } from '#model/replica-requirements.ts';
import { withoutEmpty } from './fields.ts';
import { flinkComponents, flinkReplicas } from './flink.ts';
import { type Interpreted, known, shaped } from './interpreted.ts';
import type { ReplicaKind } from './native.ts';
import { podTemplate } from './pod-spec.ts';
import { rayReplicas, reviseRay } from './ray.ts';
import { podRequirements } from './requirements.ts';

/** The fields with the replicas of a kind that needs no code of its own. */
interface Paths {
  /** Field of `spec` with the number. The interpreter sets it even if it was absent. */
  readonly count?: string;
  /**
   * The number if the field is absent; undefined means an error with the profile karmada, and 1
   * otherwise.
   */
  readonly absent?: number;
  /** Path of the pod template; absent if `spec` itself has the fields of a pod. */
  readonly template?: readonly string[];
}

const template = ['spec', 'template'];

const paths: Readonly<Record<string, Paths>> = {
  'apps.kruise.io/v1alpha1/CloneSet': { count: 'replicas', template },
  'apps.kruise.io/v1alpha1/UnitedDeployment': { count: 'replicas', template },
  'apps.kruise.io/v1beta1/StatefulSet': { count: 'replicas', template },
  'apps.kruise.io/v1alpha1/BroadcastJob': { count: 'parallelism', absent: 1, template },
  'argoproj.io/v1alpha1/Workflow': { count: 'parallelism', absent: 1 },
  'kubeflow.org/v1/Notebook': { absent: 1, template },
};

/**
 * The workloads among the third-party kinds with an interpreter in Karmada.
 *
 * Source: Karmada v1.18, pkg/resourceinterpreter/default/thirdparty/resourcecustomizations.
 */
export const thirdPartyKinds: ReadonlyMap<string, ReplicaKind> = new Map<string, ReplicaKind>([
  ...Object.entries(paths).map(([type, kind]): [string, ReplicaKind] => [type, readBy(kind)]),
  [
    'flink.apache.org/v1beta1/FlinkDeployment',
    { replicas: flinkReplicas, components: flinkComponents },
  ],
  ['ray.io/v1/RayService', { replicas: rayReplicas, revise: reviseRay }],
]);

function readBy(kind: Paths): ReplicaKind {
  const { count } = kind;
  return {
    replicas: (object, profile) => replicasBy(kind, object, profile),
    ...(count === undefined ? {} : { revise: (object, replicas) => set(object, count, replicas) }),
  };
}

const number = v.pipe(
  v.number('must be a number'),
  v.transform((value) => Math.trunc(value)),
);

function replicasBy(kind: Paths, object: KubeObject, profile: Profile): Interpreted<Replicas> {
  const path = ['spec', kind.count ?? ''];
  const given = kind.count === undefined ? kind.absent : (valueAt(object, path) ?? kind.absent);
  const replicas = shaped(number, given ?? (profile === 'karmada' ? undefined : 1), path);
  if (replicas.type === 'failed') return replicas;
  const pod = kind.template === undefined ? podOf(object) : valueAt(object, kind.template);
  const read = shaped(podTemplate, withoutEmpty(pod), kind.template ?? []);
  if (read.type === 'failed') return read;
  return known({
    replicas: replicas.value,
    replicaRequirements: podRequirements(read.value.spec, object.metadata.namespace),
  });
}

/** The fields of a Workflow that determine where its pods can run. */
function podOf({ spec }: KubeObject): FieldMap {
  if (!isFieldMap(spec)) return { spec: {} };
  const { affinity, nodeSelector, tolerations } = spec;
  return { spec: { affinity, nodeSelector, tolerations } };
}

function set(object: KubeObject, field: string, value: number): KubeObject {
  const { spec } = object;
  return { ...object, spec: { ...(isFieldMap(spec) ? spec : {}), [field]: value } };
}
