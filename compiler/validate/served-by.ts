import type { ClusterObject } from '#model/binding.ts';
import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import type { Finding, Findings } from './findings.ts';
import { isEnabled, lifetimeOf, minorOf } from './served.ts';
import type { Validation } from './validation.ts';

/** Reports objects of built-in API versions that their clusters do not serve. */
export function reportUnserved(validation: Validation, findings: Findings): void {
  const clusters = new Map(
    validation.decisions.repository.clusters.map(({ object }) => [object.metadata.name, object]),
  );
  for (const [object, all] of validation.distinct) {
    const lifetime = lifetimeOf(object);
    if (lifetime === undefined) continue;
    const { since = 0, until = Infinity, successor } = lifetime;
    const asked = all.flatMap((rendered) => {
      const cluster = clusters.get(rendered.cluster);
      return cluster === undefined || isEnabled(cluster, object) ? [] : [{ rendered, cluster }];
    });
    const which = (is: (minor: number | undefined) => boolean): readonly ClusterObject[] =>
      asked.filter(({ cluster }) => is(minorOf(cluster))).map(({ rendered }) => rendered);
    const removed = { object, until, successor };
    findings.add({
      ...removedApi(removed, 'error'),
      on: which((minor = -1) => minor >= until),
    });
    if (until < Infinity) {
      findings.add({
        ...removedApi(removed, 'warning'),
        on: which((minor) => minor === undefined),
      });
    }
    findings.add({
      code: 'validate/api-not-served',
      severity: 'error',
      message: `${describeObject(object)} uses ${object.apiVersion}, which Kubernetes serves since 1.${since}`,
      pointer: '/apiVersion',
      hint: 'place it on newer clusters, or use an older API version',
      on: which((minor = since) => minor < since),
    });
  }
}

interface Removed {
  readonly object: KubeObject;
  readonly until: number;
  readonly successor: string | undefined;
}

/** Returns the finding of a removed API. The severity is warning for clusters whose version is unknown. */
function removedApi(
  { object, until, successor }: Removed,
  severity: Finding['severity'],
): Omit<Finding, 'on'> {
  const { kind } = gvkOf(object);
  return {
    code: 'validate/api-removed',
    severity,
    message: `${describeObject(object)} uses ${object.apiVersion}, which Kubernetes removed in 1.${until}`,
    pointer: '/apiVersion',
    hint: successor === undefined ? `remove it; ${kind} has no successor` : `use ${successor}`,
  };
}
