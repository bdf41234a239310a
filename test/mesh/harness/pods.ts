import type { KubeObject } from '#model/object.ts';
import type { Api } from '#test/cluster/api.ts';

/** A ready pod of a member. */
export interface ReadyPod {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Address in 10/8, as the API server shows it. */
  readonly ip: string;
  readonly ports: readonly number[];
  readonly serviceAccount: string;
  readonly region: string;
  readonly zone: string;
}

interface PodObject extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly serviceAccountName?: string;
    readonly containers: readonly {
      readonly ports?: readonly { readonly containerPort: number }[];
    }[];
  };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

/** Lists the ready pods of a member. */
export async function readyPods(api: Api, cluster: string): Promise<readonly ReadyPod[]> {
  const nodes = await api.list('/api/v1/nodes');
  const labels = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  const pods = (await api.list('/api/v1/pods')) as readonly PodObject[];
  return pods.filter(isReady).map(({ metadata, spec, status }) => {
    const node = labels.get(spec.nodeName ?? '');
    return {
      cluster,
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      uid: metadata.uid,
      labels: metadata.labels ?? {},
      ip: status.podIP ?? '',
      ports: spec.containers.flatMap(({ ports = [] }) => ports.map((port) => port.containerPort)),
      serviceAccount: spec.serviceAccountName ?? 'default',
      region: node?.['topology.kubernetes.io/region'] ?? '',
      zone: node?.['topology.kubernetes.io/zone'] ?? '',
    };
  });
}

function isReady({ metadata, status }: PodObject): boolean {
  const conditions = status.conditions ?? [];
  return (
    metadata.deletionTimestamp === undefined &&
    status.podIP !== undefined &&
    conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
  );
}
