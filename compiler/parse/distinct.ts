import type { Report } from '#model/diagnostic.ts';
import { byText, describeObject, gvkOf, keyOf } from '#model/object.ts';
import type { Sourced, Variant } from '#model/source.ts';
import type { Made } from './documents.ts';

/** An object in its shape, before it is known whether there is another of its name. */
export interface Parsed extends Sourced {
  readonly made?: Made | undefined;
}

/**
 * Objects in the order of their keys. What one release makes for several clusters becomes one object
 * with variants; any other second of a key is reported, with where the first is.
 *
 * @param clusters - how many there are
 */
export function distinctObjects(
  objects: readonly Parsed[],
  clusters: number,
  report: Report,
): readonly Sourced[] {
  const byKey = Map.groupBy(objects, ({ object }) => keyOf(object));
  return [...byKey]
    .sort(([a], [b]) => byText(a, b))
    .flatMap(([, [first, ...others]]) => {
      if (first === undefined) return [];
      const parts = [first];
      for (const other of others) {
        if (areVariants(parts, other)) parts.push(other);
        else reportDuplicate(other, first, report);
      }
      return [combine(first, parts, clusters)];
    });
}

/** Whether the same release makes an object for clusters that it has made none for. */
function areVariants(parts: readonly Parsed[], { made }: Parsed): boolean {
  return parts.every(
    (part) =>
      part.made !== undefined &&
      part.made.by === made?.by &&
      !part.made.clusters.some((cluster) => made.clusters.includes(cluster)),
  );
}

function combine(
  { object, at, made }: Parsed,
  parts: readonly Parsed[],
  clusters: number,
): Sourced {
  if (made === undefined) return { object, at };
  const forms = Map.groupBy(parts, (part) => JSON.stringify(part.object));
  const variants = [...forms.values()].flatMap((same): readonly Variant[] => {
    const names = same.flatMap(({ made }) => made?.clusters ?? []).sort(byText);
    return same.slice(0, 1).map((part) => ({ clusters: names, object: part.object }));
  });
  variants.sort((a, b) => byText(a.clusters[0] ?? '', b.clusters[0] ?? ''));
  const [first] = variants;
  const isForAll = variants.length === 1 && first?.clusters.length === clusters;
  if (first === undefined || isForAll) return { object, at };
  return { object: first.object, at, variants };
}

function reportDuplicate({ object, at }: Sourced, first: Sourced, report: Report): void {
  const { group } = gvkOf(object);
  report({
    code: 'parse/duplicate-object',
    severity: 'error',
    message: `${describeObject(object)}${group === '' ? '' : ` of ${group}`} is defined twice`,
    at: at(''),
    related: [{ at: first.at(''), message: 'the first definition' }],
    hint: 'keep one of the two, or rename one',
  });
}
