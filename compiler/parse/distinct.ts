import type { HookPhase } from '#model/helm-hook.ts';
import { byText, describeObject, gvkOf, keyOf } from '#model/object.ts';
import type { Sourced, Variant } from '#model/source.ts';
import type { BuildOutput } from './documents.ts';
import type { OutputFaults } from './output-faults.ts';

/** A valid object before the check for duplicates. */
export interface Parsed extends Sourced {
  /** The build whose output contains the object; absent for an object in a source file. */
  readonly producedBy?: BuildOutput | undefined;
  /** When Helm would run the object; only for a hook that its release keeps. */
  readonly hook?: HookPhase;
}

/**
 * Returns objects ordered by key. Objects that one release produces for several clusters become one object with
 * variants. Reports any other duplicate, with the position of the first definition.
 *
 * @param clusters - number of clusters in the fleet
 */
export function distinctObjects(
  objects: readonly Parsed[],
  clusters: number,
  faults: OutputFaults,
): readonly Sourced[] {
  const byKey = Map.groupBy(objects, ({ object }) => keyOf(object));
  return [...byKey]
    .sort(([a], [b]) => byText(a, b))
    .flatMap(([, [first, ...others]]) => {
      if (first === undefined) return [];
      const parts = [first];
      for (const other of others) {
        if (areVariants(parts, other)) parts.push(other);
        else reportDuplicate(other, first, faults);
      }
      return [combine(first, parts, clusters)];
    });
}

/** Reports whether the same release produces an object for other clusters. */
function areVariants(parts: readonly Parsed[], { producedBy }: Parsed): boolean {
  return parts.every(
    (part) =>
      part.producedBy !== undefined &&
      part.producedBy.name === producedBy?.name &&
      !part.producedBy.clusters.some((cluster) => producedBy.clusters.includes(cluster)),
  );
}

function combine(
  { object, at, producedBy }: Parsed,
  parts: readonly Parsed[],
  clusters: number,
): Sourced {
  if (producedBy === undefined) return { object, at };
  const forms = Map.groupBy(parts, (part) => JSON.stringify(part.object));
  const variants = [...forms.values()].flatMap((same): readonly Variant[] => {
    const names = same.flatMap(({ producedBy }) => producedBy?.clusters ?? []).sort(byText);
    return same.slice(0, 1).map((part) => ({ clusters: names, object: part.object }));
  });
  variants.sort((a, b) => byText(a.clusters[0] ?? '', b.clusters[0] ?? ''));
  const [first] = variants;
  const isForAll = variants.length === 1 && first?.clusters.length === clusters;
  if (first === undefined || isForAll) return { object, at };
  return { object: first.object, at, variants };
}

function reportDuplicate(
  { object, at, producedBy }: Parsed,
  first: Sourced,
  faults: OutputFaults,
): void {
  const { group } = gvkOf(object);
  const report = faults.reportOf(producedBy);
  report({
    code: 'parse/duplicate-object',
    severity: 'error',
    message: `${describeObject(object)}${group === '' ? '' : ` of ${group}`} is defined twice`,
    at: at(''),
    related: [{ at: first.at(''), message: 'the first definition' }],
    hint: 'keep one of the two, or rename one',
  });
}
