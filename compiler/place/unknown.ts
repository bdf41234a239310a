import type { Selection } from '#model/binding.ts';
import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import { nearestWord } from '#model/nearest.ts';
import { describeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';

/** Warns of names in clusterNames and exclude that no cluster has, once for each policy. */
export function reportUnknownClusters(
  selections: readonly Selection[],
  members: readonly Cluster[],
  report: Report,
): void {
  const known = new Set(members.map(({ metadata }) => metadata.name));
  const policies = new Set(selections.flatMap(({ policy }) => policy ?? []));
  for (const { object, at } of policies) {
    for (const { pointer, name } of namedClusters(object)) {
      if (known.has(name)) continue;
      const nearest = nearestWord(name, known);
      report({
        code: 'place/unknown-cluster',
        severity: 'warning',
        message: `${describeObject(object)} names cluster ${name}, which is not registered`,
        at: at(pointer),
        ...(nearest === undefined ? {} : { hint: `did you mean ${nearest}?` }),
      });
    }
  }
}

function namedClusters({
  spec,
}: PropagationPolicy): readonly { readonly pointer: string; readonly name: string }[] {
  const { clusterNames = [], exclude = [] } = spec.placement.clusterAffinity ?? {};
  const from = '/spec/placement/clusterAffinity';
  return [
    ...clusterNames.map((name, index) => ({ name, pointer: `${from}/clusterNames/${index}` })),
    ...exclude.map((name, index) => ({ name, pointer: `${from}/exclude/${index}` })),
  ];
}
