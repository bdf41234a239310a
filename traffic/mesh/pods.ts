import { isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import type { Addresses } from './addresses.ts';
import type { MeshPod } from './mesh.ts';

/** Returns the replicas that an object asks for; undefined if it is not a workload. */
export type ReplicasOf = (object: KubeObject) => number | undefined;

/** A pod, as the mesh model and as Kubernetes have it. */
export interface MadePod {
  readonly pod: MeshPod;
  readonly object: KubeObject;
}

/** Maximum number of pods for a workload on a cluster. Shares of larger workloads are too small. */
export const mostPods = 1000;

interface Making {
  readonly cluster: string;
  readonly addresses: Addresses;
  readonly replicasOf: ReplicasOf;
}

/** Returns the pods of the workloads of a cluster. All of them are ready. */
export function podsOf(objects: readonly KubeObject[], making: Making): readonly MadePod[] {
  return objects.flatMap((object) => {
    const shape = podShape(object, making.replicasOf);
    if (shape === undefined) return [];
    return Array.from({ length: shape.replicas }, (_, index) => {
      const { name } = object.metadata;
      return podOf(object, shape, {
        cluster: making.cluster,
        address: making.addresses.pod(),
        name: object.kind === 'Pod' ? name : `${name}-${index}`,
      });
    });
  });
}

/** Everything of a workload that its pods have in a mesh. */
export interface PodShape {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly serviceAccount: string;
  readonly containers: readonly unknown[];
  readonly securityContext: unknown;
}

/** Returns what a mesh knows of the pods of a workload; undefined for an object without pods that serve requests. */
export function podShape(object: KubeObject, replicasOf: ReplicasOf): PodShape | undefined {
  const template = serverTemplate(object);
  if (template === undefined) return undefined;
  const replicas = Math.min(replicasIn(object, replicasOf), mostPods);
  return { ...shapeOf(template), replicas };
}

/** What was read of pod templates. Many clusters share an object. */
const shapes = new WeakMap<object, Omit<PodShape, 'replicas'>>();

function shapeOf(template: object): Omit<PodShape, 'replicas'> {
  const known = shapes.get(template) ?? readShape(template);
  shapes.set(template, known);
  return known;
}

function readShape(template: object): Omit<PodShape, 'replicas'> {
  const account = valueAt(template, ['spec', 'serviceAccountName']);
  return {
    labels: textsOf(valueAt(template, ['metadata', 'labels'])),
    annotations: textsOf(valueAt(template, ['metadata', 'annotations'])),
    serviceAccount: typeof account === 'string' ? account : 'default',
    containers: containersOf(template),
    securityContext: valueAt(template, ['spec', 'securityContext']),
  };
}

/** Kinds of pods that end, and therefore serve no requests. */
const ending = new Set(['Job', 'CronJob', 'Workflow']);

/** Returns the pod template of an object whose pods serve requests; undefined for any other object. */
function serverTemplate(object: KubeObject): object | undefined {
  if (object.apiVersion === 'v1' && object.kind === 'Pod') return object;
  if (ending.has(object.kind)) return undefined;
  const template = valueAt(object, ['spec', 'template']);
  const containers = valueAt(template, ['spec', 'containers']);
  return isFieldMap(template) && Array.isArray(containers) ? template : undefined;
}

/** Counts a pod for a DaemonSet, because the number of nodes is not in the repository. */
function replicasIn(object: KubeObject, replicasOf: ReplicasOf): number {
  if (object.kind === 'Pod' || object.kind === 'DaemonSet') return 1;
  const counted = replicasOf(object);
  if (counted !== undefined) return Math.max(0, counted);
  const given = valueAt(object, ['spec', 'replicas']);
  return typeof given === 'number' ? Math.max(0, given) : 1;
}

function podOf(
  { kind, metadata }: KubeObject,
  { labels, annotations, serviceAccount, containers, securityContext }: PodShape,
  { cluster, address, name }: Pick<MeshPod, 'cluster' | 'address' | 'name'>,
): MadePod {
  const namespace = metadata.namespace ?? 'default';
  const spec = {
    serviceAccountName: serviceAccount,
    nodeName: cluster,
    containers,
    securityContext,
  };
  const status = {
    podIP: address,
    podIPs: [{ ip: address }],
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
  };
  return {
    pod: {
      cluster,
      namespace,
      name,
      workload: `${kind}/${metadata.name}`,
      labels,
      serviceAccount,
      address,
    },
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      spec,
      status,
      metadata: { name, namespace, labels, annotations },
    },
  };
}

function containersOf(template: unknown): readonly unknown[] {
  const containers = valueAt(template, ['spec', 'containers']);
  if (!Array.isArray(containers)) return [];
  return containers.map((container) => ({
    name: valueAt(container, ['name']) ?? '',
    ports: valueAt(container, ['ports']) ?? [],
    securityContext: valueAt(container, ['securityContext']),
  }));
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isFieldMap(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
