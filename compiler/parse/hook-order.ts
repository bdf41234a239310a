import { hookWeight, isRecreated } from '#model/helm-hook.ts';
import { byText, gvkOf, type KubeObject } from '#model/object.ts';
import { isDefinition, replaceAnnotation } from '#model/replacement.ts';
import { dependsOnAnnotation, waveAnnotation } from '#model/sequence.ts';
import type { Parsed } from './distinct.ts';
import { schemaOf } from './roles.ts';

/**
 * Adds annotations to the objects of releases that keep hooks, so that the syncer applies them in Helm's order: hooks
 * before an installation, the other objects, hooks after it. Objects with an order of their own keep that one.
 */
export function withHookOrder(objects: readonly Parsed[]): readonly Parsed[] {
  const dependencies = new Map<Parsed, readonly Parsed[]>();
  for (const [output, all] of Map.groupBy(objects, ({ producedBy }) => producedBy)) {
    if (output === undefined || all.every(({ hook }) => hook === undefined)) continue;
    const groups = groupsOf(all.filter(({ object }) => isOrdered(object)));
    for (const [index, group] of groups.entries()) {
      for (const parsed of group) dependencies.set(parsed, groups[index - 1] ?? []);
    }
  }
  if (dependencies.size === 0) return objects;
  return objects.map((parsed) => {
    const needed = dependencies.get(parsed);
    return needed === undefined ? parsed : { ...parsed, object: annotated(parsed, needed) };
  });
}

/** Reports whether the order of a release includes an object: neither definitions nor objects with another order. */
function isOrdered(object: KubeObject): boolean {
  const { annotations = {} } = object.metadata;
  const hasOwn = annotations[dependsOnAnnotation] ?? annotations[waveAnnotation];
  return hasOwn === undefined && !isDefinition(object) && schemaOf(object) === undefined;
}

/** Returns the objects of one output in groups. The syncer applies a group when the one before is ready. */
function groupsOf(objects: readonly Parsed[]): readonly (readonly Parsed[])[] {
  const ordinary = objects.filter(({ hook }) => hook === undefined);
  const groups = [
    ...hookGroups(objects.filter(({ hook }) => hook === 'before')),
    ordinary,
    ...hookGroups(objects.filter(({ hook }) => hook === 'after')),
  ];
  return groups.filter((group) => group.length > 0);
}

/** Returns hooks by weight. A Job or Pod is a group of its own, because Helm waits for its end before the next hook. */
function hookGroups(hooks: readonly Parsed[]): readonly (readonly Parsed[])[] {
  const byWeight = Map.groupBy(hooks, ({ object }) => hookWeight(object));
  return [...byWeight]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, group]) => {
      const runs = group.filter(({ object }) => isRun(object));
      const others = group.filter(({ object }) => !isRun(object));
      return [others, ...runs.toSorted(byName).map((run) => [run])];
    });
}

function isRun(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  return (kind === 'Job' && group === 'batch') || (kind === 'Pod' && group === '');
}

function byName(a: Parsed, b: Parsed): number {
  return byText(a.object.metadata.name, b.object.metadata.name);
}

function annotated({ object, hook }: Parsed, needed: readonly Parsed[]): KubeObject {
  const references = needed.map(({ object }) => referenceTo(object)).toSorted(byText);
  const isReplaced = hook !== undefined && isRecreated(object);
  const annotations = {
    ...object.metadata.annotations,
    ...(references.length > 0 && { [dependsOnAnnotation]: references.join(',') }),
    ...(isReplaced && { [replaceAnnotation]: 'true' }),
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Returns the reference to an object in `depends-on`. */
function referenceTo(object: KubeObject): string {
  const { group, kind } = gvkOf(object);
  const { namespace, name } = object.metadata;
  const place = namespace === undefined ? '' : `namespaces/${namespace}/`;
  return `${group}/${place}${kind}/${name}`;
}
