import type { ClusterObject } from '#model/binding.ts';
import type { KubeObject } from '#model/object.ts';
import type { CheckRequest } from '#model/object-check.ts';
import { CheckRequests, type Surroundings } from './check-requests.ts';
import { earlierIn, type FindEarlier } from './earlier.ts';
import { surroundingsOf } from './surroundings.ts';
import type { Validation } from './validation.ts';

/** An object to check for some clusters, with the ids of its checks. */
export interface PlannedCheck {
  readonly on: readonly ClusterObject[];
  readonly object: KubeObject;
  /** CustomResourceDefinition of the kind; absent for built-in kinds. */
  readonly definition: KubeObject | undefined;
  /** Id of the check as a new object. */
  readonly create: string;
  /** The check as an update; absent if the object does not change on the clusters. */
  readonly update?: PlannedUpdate | undefined;
}

interface PlannedUpdate {
  readonly id: string;
  readonly old: KubeObject;
}

/** The checks of a validation: the requests to the engine, and the objects that they check. */
export interface CheckPlan {
  readonly requests: readonly CheckRequest[];
  readonly planned: readonly PlannedCheck[];
}

/** Plans the distinct checks of the rendered objects, as new objects and as updates. */
export function planChecks(validation: Validation): CheckPlan {
  const { decisions, existing, scope } = validation;
  const requests = new CheckRequests();
  const findEarlier = earlierIn(existing, decisions.settings.rendered);
  const around = surround(validation);
  const planned = [...validation.distinct].flatMap(([object, all]) => {
    if (!isCheckable(object)) return [];
    const checks = all.flatMap((rendered) => {
      const surroundings = around(rendered);
      if (surroundings === undefined) return [];
      const update = updateOf({ rendered, surroundings, findEarlier }, requests);
      if (scope === 'updates' && update === undefined) return [];
      const { definition } = surroundings;
      return [{ rendered, definition, create: requests.add({ object, surroundings }), update }];
    });
    const groups = Map.groupBy(checks, ({ create, update }) => `${create} ${update?.id}`);
    return [...groups.values()].flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const { rendered: _, ...planned } = first;
      return [{ ...planned, object, on: [first, ...others].map(({ rendered }) => rendered) }];
    });
  });
  return { requests: requests.requests, planned };
}

/** Reports whether the compiler can check an object. It cannot check one that SOPS encrypted, which is only valid after decryption. */
function isCheckable(object: KubeObject): boolean {
  return !('sops' in object) && object.metadata.generateName === undefined;
}

/** Returns a function that finds the surroundings of an object on its cluster; undefined if the cluster does not know the object's kind. */
function surround(validation: Validation): (rendered: ClusterObject) => Surroundings | undefined {
  const clusters = validation.decisions.repository.clusters.map(({ object }) => object);
  const byCluster = surroundingsOf(clusters, validation.objects);
  const { kinds } = validation;
  return ({ cluster, object }) => {
    const around = byCluster.get(cluster);
    if (around === undefined) return undefined;
    const { release, policies } = around;
    const namespaceLabels = around.namespaceLabels(object.metadata.namespace);
    const definition = kinds.definitionOf(object, cluster);
    if (definition === undefined && !kinds.isBuiltin(object)) return undefined;
    return { release, policies, namespaceLabels, definition };
  };
}

interface Change {
  readonly rendered: ClusterObject;
  readonly surroundings: Surroundings;
  readonly findEarlier: FindEarlier;
}

function updateOf(
  { rendered, surroundings, findEarlier }: Change,
  requests: CheckRequests,
): PlannedUpdate | undefined {
  const old = findEarlier(rendered);
  if (old === undefined || !isCheckable(old)) return undefined;
  const { object } = rendered;
  return { id: requests.add({ object, old, surroundings }), old };
}
