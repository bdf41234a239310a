import type { Cluster } from '#model/cluster.ts';
import type { KubeObject } from '#model/object.ts';
import type { CheckAnswer, CheckAnswers, CheckRequest } from '#model/object-check.ts';
import type { KnownSchemas } from '#model/schema.ts';
import { CheckRequests } from './check-requests.ts';
import type { Rendered } from './definitions.ts';
import { KnownKinds } from './known-kinds.ts';
import { releaseOf } from './surroundings.ts';
import { updateErrors, updateSentence } from './updates.ts';

/** An object on a cluster before and after a change. */
export interface Change {
  readonly cluster: string;
  readonly before: KubeObject;
  readonly after: KubeObject;
}

/** Inputs for judging changes. */
export interface ChangeContext {
  readonly known: KnownSchemas;
  readonly clusters: readonly Cluster[];
  /** CustomResourceDefinitions as rendered for clusters. */
  readonly definitions: readonly Rendered[];
}

/** The checks of some changes, and functions that read the answers. */
export interface UpdatePlan {
  readonly requests: readonly CheckRequest[];
  /** Returns for each change why the API server would reject it. */
  refusals(answers: CheckAnswers): readonly (readonly string[])[];
  /** Returns why the engine could not judge some changes; undefined if it judged all changes. */
  unchecked(answers: CheckAnswers): string | undefined;
}

/** Plans the checks of changes that need no positions in the sources. */
export function planUpdates(changes: readonly Change[], context: ChangeContext): UpdatePlan {
  const { known, clusters, definitions } = context;
  const kinds = new KnownKinds(known, definitions);
  const byName = new Map(clusters.map((cluster) => [cluster.metadata.name, cluster]));
  const requests = new CheckRequests();
  const planned = changes.map(({ cluster, before, after }) => {
    const definition = kinds.definitionOf(after, cluster);
    const isKnown = definition !== undefined || kinds.isBuiltin(after);
    if (!isKnown || 'sops' in before || 'sops' in after) return undefined;
    const release = releaseOf(byName.get(cluster));
    const surroundings = { release, definition, policies: [], namespaceLabels: undefined };
    return {
      object: after,
      old: before,
      create: requests.add({ object: after, surroundings }),
      update: requests.add({ object: after, old: before, surroundings }),
    };
  });
  return {
    requests: requests.requests,
    unchecked: (answers) =>
      answers.type === 'unavailable'
        ? answers.reason
        : [...answers.answers.values()].find(({ failed }) => failed !== undefined)?.failed,
    refusals: (answers) => {
      const given = answers.type === 'answered' ? answers.answers : new Map<string, CheckAnswer>();
      return planned.map((plan) => {
        const create = plan && given.get(plan.create);
        const update = plan && given.get(plan.update);
        if (plan === undefined || create === undefined || update === undefined) return [];
        const { object, old } = plan;
        return updateErrors(object, old, { create, update }).map((one) =>
          updateSentence(object, one),
        );
      });
    },
  };
}
