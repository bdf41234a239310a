import type { Placement, Profile } from '#model/policy.ts';
import { type AffinityTerm, affinityTerms } from './affinity.ts';
import { type Rejection, rejectionOf } from './filter.ts';
import { type CandidateCluster, missingApi } from './member.ts';
import type { PlacementRequest } from './request.ts';

/** Why the filters reject each cluster of the fleet, in order; undefined if they accept the cluster. */
export type Verdicts = readonly (Rejection | undefined)[];

/** Filters clusters. Keeps the results that all objects of one policy or kind share. */
export interface Judge {
  readonly terms: (placement: Placement) => readonly AffinityTerm[];
  readonly verdicts: (request: PlacementRequest, term: AffinityTerm) => Verdicts;
}

/** Creates the judge of a fleet. */
export function createJudge(members: readonly CandidateCluster[], profile: Profile): Judge {
  const terms = memoised(affinityTerms);
  const primaries = memoised((term: AffinityTerm) => ({ ...term, overflow: [] }));
  const byTerm = new Map<AffinityTerm, Verdicts>();
  const byType = new Map<string, Verdicts>();
  const isClear = memoised((list: Verdicts) => list.every((verdict) => verdict === undefined));
  const isTainted = memoised((list: Verdicts) =>
    list.some((verdict) => verdict?.plugin === 'TaintToleration'),
  );

  function verdicts(request: PlacementRequest, term: AffinityTerm): Verdicts {
    const { placement, previous } = request;
    const open = request.isWorkload || term.overflow.length === 0 ? term : primaries(term);
    const general = getOrMake(byTerm, open, () =>
      members.map(({ cluster }) => rejectionOf(cluster, placement, open)),
    );
    const lacking =
      request.apiVersionFor === undefined
        ? ofType(request)
        : missingApis(members, request, profile);
    if (isClear(lacking) && !isTainted(general)) return general;
    if (previous.clusters.length === 0) return combined(general, lacking);
    const targets = new Set(previous.clusters.map(({ name }) => name));
    return members.map(({ name, cluster }, index) => {
      const rejection = general[index] ?? lacking[index];
      if (rejection === undefined || !targets.has(name)) return rejection;
      if (rejection.plugin === 'Variant') return rejection;
      return rejectionOf(cluster, placement, open, { isTarget: true });
    });
  }
  return { terms, verdicts };

  function ofType(request: PlacementRequest): Verdicts {
    return getOrMake(byType, `${request.apiVersion}/${request.kind}`, () =>
      missingApis(members, request, profile),
    );
  }
}

/** Rejects the clusters that lack the API of an object, or whose values of the chart omit the object. */
function missingApis(
  members: readonly CandidateCluster[],
  { kind, apiVersion: common, apiVersionFor }: PlacementRequest,
  profile: Profile,
): Verdicts {
  return members.map((member) => {
    const apiVersion = apiVersionFor ? apiVersionFor(member.name) : common;
    if (apiVersion === undefined) return omitted;
    return missingApi(member, { apiVersion, kind }, profile);
  });
}

/** The rejection of a cluster for which the chart's values omit the object. */
const omitted: Rejection = {
  plugin: 'Variant',
  reason: 'cluster(s) had no variant of the resource',
  message: 'its values omit the object',
  pointer: '/spec/placement',
};

function combined(general: Verdicts, lacking: Verdicts): Verdicts {
  return general.map((rejection, index) => rejection ?? lacking[index]);
}

function memoised<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => getOrMake(known, key, () => make(key));
}

function getOrMake<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
