import type { Cluster, Taint } from '#model/cluster.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { ClusterAffinity } from '#model/selector.ts';
import type { Sourced } from '#model/source.ts';
import { type AffinityTerm, tierOf } from '../place/affinity.ts';
import { type Rejection, tolerates } from '../place/filter.ts';
import type { Evidence } from './explanation.ts';

type Policy = Sourced<PropagationPolicy>;

/** What lets a cluster in: a part of the affinity, and then what tolerates each of its taints. */
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
  const [part, told] = inclusion(affinity, cluster.metadata.name);
  const reason = part === '' ? 'there is no affinity: every cluster is let in' : `${field}.${told}`;
  return { plugin: 'ClusterAffinity', reason, at: policy.at(`${term.pointer}${below}${part}`) };
}

/** The closest part of an affinity that a cluster is in, and what it does. */
function inclusion(affinity: ClusterAffinity, name: string): readonly [part: string, told: string] {
  const { clusterNames = [], labelSelector, fieldSelector, exclude = [] } = affinity;
  if (clusterNames.length > 0) {
    return [`/clusterNames/${clusterNames.indexOf(name)}`, 'clusterNames names it'];
  }
  if (labelSelector !== undefined) return ['/labelSelector', 'labelSelector matches its labels'];
  if (fieldSelector !== undefined) return ['/fieldSelector', 'fieldSelector matches it'];
  return exclude.length > 0 ? ['/exclude', 'exclude does not name it'] : ['', ''];
}

function toleration(taint: Taint, { object, at }: Policy): Evidence {
  const { clusterTolerations } = object.spec.placement;
  const index = clusterTolerations.findIndex((candidate) => tolerates(candidate, taint));
  const pointer = `/spec/placement/clusterTolerations${index < 0 ? '' : `/${index}`}`;
  const does = index < 0 ? 'is not tolerated, but the cluster has the object' : 'is tolerated';
  return {
    plugin: 'TaintToleration',
    reason: `taint ${taint.key}:${taint.effect} ${does}`,
    at: at(pointer),
  };
}

/** The field of the cluster that a filter goes by, where that is not its name or labels. */
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
