import type { Cluster, Taint } from '#model/cluster.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { ClusterAffinity } from '#model/selector.ts';
import type { Sourced } from '#model/source.ts';
import { type AffinityTerm, tierOf } from '../place/affinity.ts';
import { type Rejection, tolerates } from '../place/filter.ts';
import type { Evidence } from './explanation.ts';

type Policy = Sourced<PropagationPolicy>;

/** Returns why the filters accept a cluster: a part of the affinity, and the tolerations of its taints. */
export function admissionOf(
  cluster: Sourced<Cluster>,
  term: AffinityTerm,
  policy: Policy,
): readonly [Evidence, ...Evidence[]] {
  const taints = cluster.object.spec.taints.map((taint) => toleration(taint, policy));
  return [membership(cluster.object, term, policy), ...taints];
}

function membership(cluster: Cluster, term: AffinityTerm, policy: Policy): Evidence {
  const tier = tierOf(term, cluster);
  const below = tier === 0 ? '' : `/overflowAffinities/${tier - 1}`;
  const field = `${term.field}${tier === 0 ? '' : `.overflowAffinities[${tier - 1}]`}`;
  const affinity = tier === 0 ? term.affinity : (term.overflow[tier - 1] ?? {});
  const [part, clause] = inclusion(affinity, cluster.metadata.name);
  const reason =
    part === '' ? 'the policy has no affinity, so every cluster matches' : `${field}.${clause}`;
  return { plugin: 'ClusterAffinity', reason, at: policy.at(`${term.pointer}${below}${part}`) };
}

/** Returns the most specific part of an affinity that matches a cluster, with a clause that says so. */
function inclusion(
  affinity: ClusterAffinity,
  name: string,
): readonly [part: string, clause: string] {
  const { clusterNames = [], labelSelector, fieldSelector, exclude = [] } = affinity;
  if (clusterNames.length > 0) {
    return [`/clusterNames/${clusterNames.indexOf(name)}`, 'clusterNames contains it'];
  }
  if (labelSelector !== undefined) return ['/labelSelector', 'labelSelector matches its labels'];
  if (fieldSelector !== undefined) return ['/fieldSelector', 'fieldSelector matches it'];
  return exclude.length > 0 ? ['/exclude', 'exclude does not contain it'] : ['', ''];
}

function toleration(taint: Taint, { object, at }: Policy): Evidence {
  const { clusterTolerations } = object.spec.placement;
  const index = clusterTolerations.findIndex((candidate) => tolerates(candidate, taint));
  const pointer = `/spec/placement/clusterTolerations${index < 0 ? '' : `/${index}`}`;
  const verdict =
    index < 0 ? 'is not tolerated, but the cluster already has the object' : 'is tolerated';
  return {
    plugin: 'TaintToleration',
    reason: `taint ${taint.key}:${taint.effect} ${verdict}`,
    at: at(pointer),
  };
}

/** Returns the cluster's field that a filter uses, unless it is the name or the labels. */
export function evidenceOf(
  { plugin }: Rejection,
  { object, at }: Sourced<Cluster>,
  policy: Policy,
): readonly Evidence[] {
  switch (plugin) {
    case 'TaintToleration': {
      const { clusterTolerations } = policy.object.spec.placement;
      const index = object.spec.taints.findIndex(
        (taint) => !clusterTolerations.some((candidate) => tolerates(candidate, taint)),
      );
      return [{ plugin, reason: 'the taint', at: at(`/spec/taints/${index}`) }];
    }
    case 'APIEnablement':
      return [{ plugin, reason: 'the APIs that it serves', at: at('/status/apiEnablements') }];
    case 'Deletion':
      return [{ plugin, reason: 'its deletion', at: at('/metadata/deletionTimestamp') }];
    default:
      return [];
  }
}
