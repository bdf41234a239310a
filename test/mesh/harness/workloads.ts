import type { KubeObject } from '#model/object.ts';
import type { Api } from '#test/cluster/api.ts';

interface Workload extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly generation: number };
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
  };
}

interface Slice extends KubeObject {
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions: { readonly ready?: boolean };
  }[];
}

/** Reports whether all Deployments of a member have exactly their pods, and all Services exactly their endpoints. */
export async function allReady(api: Api): Promise<boolean> {
  const deployments = (await api.list('/apis/apps/v1/deployments')) as readonly Workload[];
  return deployments.every(isComplete) && (await haveEndpoints(api));
}

function isComplete({ metadata, spec, status }: Workload): boolean {
  const wanted = spec.replicas ?? 1;
  return (
    status?.observedGeneration === metadata.generation &&
    (status.replicas ?? 0) === wanted &&
    (status.updatedReplicas ?? 0) === wanted &&
    (status.readyReplicas ?? 0) === wanted
  );
}

async function haveEndpoints(api: Api): Promise<boolean> {
  const [services, slices, pods] = await Promise.all([
    api.list('/api/v1/services'),
    api.list('/apis/discovery.k8s.io/v1/endpointslices') as Promise<readonly Slice[]>,
    api.list('/api/v1/pods'),
  ]);
  if (pods.some(({ metadata }) => 'deletionTimestamp' in metadata)) return false;
  return services.every(({ metadata: { namespace, name }, spec }) => {
    const { selector } = (spec ?? {}) as { readonly selector?: Readonly<Record<string, string>> };
    if (selector === undefined) return true;
    const own = slices.filter(
      ({ metadata }) =>
        metadata.namespace === namespace &&
        metadata.labels?.['kubernetes.io/service-name'] === name,
    );
    const ready = own
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions.ready !== false)
      .flatMap(({ addresses }) => addresses);
    const matching = pods.filter(
      ({ metadata }) =>
        metadata.namespace === namespace &&
        Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value),
    );
    const addresses = matching.map(({ status }) => (status as { readonly podIP?: string }).podIP);
    return own.length > 0 && addresses.toSorted().join() === ready.toSorted().join();
  });
}
