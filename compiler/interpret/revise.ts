import { type Binding, type ClusterObject, type TargetCluster, targetsOf } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import type { KubeObject } from '#model/object.ts';
import { variantFor } from '#model/source.ts';
import { completionsByCluster } from './completions.ts';
import { withCount } from './count.ts';
import { reportFailure } from './failure.ts';
import { type Interpreted, known } from './interpreted.ts';
import type { Interpreter } from './interpreter.ts';

/** The objects of all bindings with their replicas. */
export interface RevisedBindings {
  readonly objects: readonly ClusterObject[];
  /** Objects that no cluster gets because the interpreter cannot set their replicas. */
  readonly failed: readonly Unrevised[];
}

interface Unrevised {
  readonly cluster: string;
  readonly binding: Binding;
  readonly message: string;
}

/**
 * Returns one object of each binding for each cluster, with its replicas and completions. Clusters
 * with equal numbers share one object.
 *
 * Source: Karmada v1.18, pkg/controllers/binding/common.go (ensureWork).
 */
export function reviseBindings(
  bindings: readonly Binding[],
  interpreter: Interpreter,
  report: Report,
): RevisedBindings {
  const failed: Unrevised[] = [];
  const objects = bindings.flatMap((binding): readonly ClusterObject[] => {
    const revise = reviserOf(binding, interpreter);
    const targets = targetsOf(binding).filter(
      ({ name }) => variantFor(binding.template, name) !== undefined,
    );
    const revised = targets.map((target) => ({ target, read: revise(target) }));
    const failure = revised.map(({ read }) => read).find(({ type }) => type === 'failed');
    if (failure?.type === 'failed') {
      const { message } = reportFailure(binding.template, failure, report);
      failed.push(...targets.map(({ name }) => ({ cluster: name, binding, message })));
      return [];
    }
    return revised.flatMap(({ target: { name: cluster }, read }) =>
      read.type === 'known' ? [{ cluster, object: read.value, binding, overrides: [] }] : [],
    );
  });
  return { objects, failed };
}

/** Returns a function that revises the template of a binding for a cluster. */
function reviserOf(
  binding: Binding,
  interpreter: Interpreter,
): (target: TargetCluster) => Interpreted<KubeObject> {
  const completions = completionsByCluster(binding);
  const made = new Map<KubeObject, Map<string, Interpreted<KubeObject>>>();
  return ({ name, replicas }) => {
    const object = variantFor(binding.template, name) ?? binding.template.object;
    const ofForm = made.get(object) ?? new Map<string, Interpreted<KubeObject>>();
    made.set(object, ofForm);
    const count = completions.get(name);
    const numbers = `${replicas} ${count}`;
    const result = ofForm.get(numbers) ?? withNumbers();
    ofForm.set(numbers, result);
    return result;

    function withNumbers(): Interpreted<KubeObject> {
      const isPlaced = replicas !== undefined && binding.replicas !== undefined;
      const read = isPlaced ? interpreter.revise(object, replicas) : known(object);
      if (read.type === 'failed' || count === undefined) return read;
      return known(withCount(read.value, 'completions', count));
    }
  };
}
