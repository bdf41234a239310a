import type { ClusterObject } from '#model/binding.ts';
import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import type { Finding, Findings } from './findings.ts';
import { isEnabled, lifetimeOf, minorOf } from './served.ts';
import type { Validation } from './validate.ts';

/** Looks whether clusters serve the versions of Kubernetes' own kinds that they are to have. */
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
      message: `${describeObject(object)} is of ${object.apiVersion}, which Kubernetes serves from 1.${since} on`,
      pointer: '/apiVersion',
      hint: 'place it on newer clusters, or write it in an older version',
      on: which((minor = since) => minor < since),
    });
  }
}

interface Removed {
  readonly object: KubeObject;
  readonly until: number;
  readonly successor: string | undefined;
}

/** Of clusters whose version is not known it is a warning. */
function removedApi(
  { object, until, successor }: Removed,
  severity: Finding['severity'],
): Omit<Finding, 'on'> {
  const { kind } = gvkOf(object);
  return {
    code: 'validate/api-removed',
    severity,
    message: `${describeObject(object)} is of ${object.apiVersion}, which Kubernetes does not serve since 1.${until}`,
    pointer: '/apiVersion',
    hint: successor === undefined ? `${kind} has no successor` : `write it as ${successor}`,
  };
}
