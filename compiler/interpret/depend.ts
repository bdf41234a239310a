import { type Binding, bindingName, type Referrer } from '#model/binding.ts';
import { type DependentObjectReference, refersTo } from '#model/dependency.ts';
import type { Report } from '#model/diagnostic.ts';
import { byText, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { formsOf, type Sourced } from '#model/source.ts';
import { reportFailedForm } from './failure.ts';
import type { Interpreter } from './interpreter.ts';

/**
 * Adds the dependencies of every placed object whose policy sets `propagateDeps` to the same clusters,
 * if they are in the repository. Does not add dependencies of dependencies.
 *
 * Source: Karmada v1.18, pkg/dependenciesdistributor/dependencies_distributor.go.
 */
export function addDependencies(
  bindings: readonly Binding[],
  templates: readonly Sourced[],
  interpreter: Interpreter,
  report: Report,
): readonly Binding[] {
  const find = createFinder(templates);
  const followers = new Map<ObjectKey, Follower>();
  for (const { template, policy, clusters } of bindings) {
    if (policy?.object.spec.propagateDeps !== true || clusters.length === 0) continue;
    if (template.object.metadata.namespace === undefined) continue;
    const reads = formsOf(template).map((form) => interpreter.dependencies(form));
    if (reportFailedForm(template, reads, report) !== undefined) continue;
    const references = reads.flatMap((read) => (read.type === 'known' ? read.value : []));
    for (const dependency of new Set(references.flatMap(find))) {
      const key = keyOf(dependency.object);
      const follower = followers.get(key) ?? { template: dependency, requiredBy: [] };
      follower.requiredBy.push({ template, policy, clusters });
      followers.set(key, follower);
    }
  }
  return followers.size === 0 ? bindings : attach(bindings, followers);
}

/** A template that follows the objects that depend on it. */
interface Follower {
  readonly template: Sourced;
  readonly requiredBy: Referrer[];
}

function attach(
  bindings: readonly Binding[],
  followers: ReadonlyMap<ObjectKey, Follower>,
): readonly Binding[] {
  const rest = new Map(followers);
  const known = bindings.map((binding) => {
    const key = keyOf(binding.template.object);
    const follower = rest.get(key);
    rest.delete(key);
    return follower === undefined
      ? binding
      : { ...binding, requiredBy: inOrder(follower.requiredBy) };
  });
  const added = rest.values().map(({ template, requiredBy }) => ({
    template,
    clusters: [],
    requiredBy: inOrder(requiredBy),
  }));
  return [...known, ...added];
}

function inOrder(referrers: readonly Referrer[]): readonly Referrer[] {
  return referrers.toSorted((a, b) => byText(sortKey(a), sortKey(b)));
}

function sortKey({ template: { object } }: Referrer): string {
  return `${object.metadata.namespace ?? ''}/${bindingName(object)}`;
}

/** Returns a function that finds the templates that a reference matches. */
function createFinder(
  templates: readonly Sourced[],
): (reference: DependentObjectReference) => readonly Sourced[] {
  const byHome = Map.groupBy(templates, ({ object }) => homeOf(object, object.metadata.namespace));
  const byName = new Map(
    templates.map((template) => {
      const { namespace, name } = template.object.metadata;
      return [`${homeOf(template.object, namespace)}/${name}`, template];
    }),
  );
  return (reference) => {
    const home = homeOf(reference, reference.namespace);
    if (reference.name) {
      const named = byName.get(`${home}/${reference.name}`);
      return named === undefined ? [] : [named];
    }
    return (byHome.get(home) ?? []).filter(({ object }) => refersTo(reference, object));
  };
}

function homeOf(
  { apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>,
  namespace: string | undefined,
): string {
  return `${apiVersion}/${kind}/${namespace ?? ''}`;
}
