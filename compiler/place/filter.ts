import type { Cluster, Taint } from '#model/cluster.ts';
import type { Placement, Toleration } from '#model/policy.ts';
import { affinityMismatch } from '#model/selector.ts';

/** Why a cluster is out, or undefined when it may stay. */
type ClusterFilter = (cluster: Cluster, placement: Placement) => string | undefined;

/** In the order in which an author looks for the fault: the first reason is the one told. */
const filters: readonly ClusterFilter[] = [leaving, outsideAffinity, tainted];

/** The first reason that keeps a cluster out of a placement, or undefined when it fits. */
export function rejectionOf(cluster: Cluster, placement: Placement): string | undefined {
  for (const filter of filters) {
    const reason = filter(cluster, placement);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function leaving({ metadata }: Cluster): string | undefined {
  return metadata.deletionTimestamp === undefined ? undefined : 'it is being deleted';
}

function outsideAffinity(cluster: Cluster, placement: Placement): string | undefined {
  const mismatch = affinityMismatch(placement.clusterAffinity ?? {}, cluster);
  return mismatch && `clusterAffinity.${mismatch.part} keeps it out`;
}

function tainted({ spec }: Cluster, { clusterTolerations }: Placement): string | undefined {
  const taint = spec.taints.find(
    (candidate) => !clusterTolerations.some((toleration) => tolerates(toleration, candidate)),
  );
  if (taint === undefined) return undefined;
  const { key, value, effect } = taint;
  return `taint ${key}${value === '' ? '' : `=${value}`}:${effect} is not tolerated`;
}

/** Kubernetes' rules: no key with Exists tolerates all, no effect means every effect. */
function tolerates({ key = '', operator, value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return key !== '' && value === taint.value;
}
