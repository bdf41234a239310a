import type { KubeObject } from '#model/object.ts';
import { covers, textsAt } from '../mesh/host-names.ts';
import type { Mesh, MeshCluster } from '../mesh/mesh.ts';
import { addressOf } from '../mesh/services.ts';

/** What a name stands for where a caller runs. */
export type Resolved =
  | { readonly type: 'service'; readonly service: KubeObject; readonly host: string }
  | { readonly type: 'entry'; readonly host: string; readonly address: string | undefined }
  | {
      readonly type: 'unresolved';
      readonly reason: string;
      /** Whether a Service of the mesh has the name, on another cluster. */
      readonly isElsewhere: boolean;
    };

/** A caller, as the DNS of its cluster sees it. */
export interface Caller {
  readonly cluster: string;
  readonly namespace: string;
}

/**
 * Resolves a name as the DNS of the caller's cluster does: the Service must be on that cluster. A name that only a
 * ServiceEntry declares counts as resolved, because it usually is a name of the world outside.
 */
export function resolveHost(mesh: Mesh, caller: Caller, name: string): Resolved {
  const cluster = mesh.clusters.find((one) => one.name === caller.cluster);
  const names = serviceNames(name, caller.namespace);
  const service = cluster === undefined ? undefined : serviceNamed(cluster, names);
  if (service !== undefined) return { type: 'service', service, host: hostOf(service) };
  const entry = entryOf(mesh, name);
  if (entry !== undefined) return entry;
  const elsewhere = mesh.clusters.filter((one) => serviceNamed(one, names) !== undefined);
  if (elsewhere.length > 0) {
    const where = elsewhere.map((one) => one.name).join(', ');
    const reason = `${name} does not resolve on ${caller.cluster}: its Service is only on ${where}`;
    return { type: 'unresolved', reason, isElsewhere: true };
  }
  const reason = `${name} does not resolve on ${caller.cluster}`;
  return { type: 'unresolved', reason, isElsewhere: false };
}

/** Returns the full name of a Service: `reviews.default.svc.cluster.local`. */
export function hostOf({ metadata }: KubeObject): string {
  return `${metadata.name}.${metadata.namespace ?? 'default'}.svc.cluster.local`;
}

interface ServiceName {
  readonly name: string;
  readonly namespace: string;
}

/** Returns the Services that a name may mean with the search domains of a pod. */
function serviceNames(name: string, namespace: string): readonly ServiceName[] {
  const [first = '', second, third, ...rest] = name.replace(/\.$/, '').split('.');
  if (second === undefined) return [{ name: first, namespace }];
  const isCluster = rest.length === 0 || rest.join('.') === 'cluster.local';
  if (third !== undefined && (third !== 'svc' || !isCluster)) return [];
  return [{ name: first, namespace: second }];
}

function serviceNamed(
  { services }: MeshCluster,
  names: readonly ServiceName[],
): KubeObject | undefined {
  return services.find(({ metadata }) =>
    names.some(
      ({ name, namespace }) =>
        metadata.name === name && (metadata.namespace ?? 'default') === namespace,
    ),
  );
}

function entryOf({ config }: Mesh, name: string): Resolved | undefined {
  const entry = config.find(
    ({ kind, spec }) =>
      kind === 'ServiceEntry' && textsAt(spec, 'hosts').some((host) => covers(host, name)),
  );
  if (entry === undefined) return undefined;
  const [address] = textsAt(entry['spec'], 'addresses');
  return { type: 'entry', host: name, address: address?.replace(/\/32$/, '') };
}

/** Returns the address that the caller connects to; undefined for headless Services and unknown addresses. */
export function addressFor(resolved: Resolved): string | undefined {
  if (resolved.type === 'service') return addressOf(resolved.service);
  return resolved.type === 'entry' ? resolved.address : undefined;
}
