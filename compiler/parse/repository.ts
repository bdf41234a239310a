import type { Report } from '#model/diagnostic.ts';
import type { Repository } from '#model/fleet.ts';
import type { KindScope } from '#model/kind-scope.ts';
import type { LeftOutObject } from '#model/left-out.ts';
import { describeObject, type KubeObject, keyOf, referenceTo } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';
import { distinctObjects, type Parsed } from './distinct.ts';
import {
  type DocumentPointer,
  locate,
  type RawObject,
  readObjects,
  type SourceText,
} from './documents.ts';
import { withHookOrder } from './hook-order.ts';
import { parseLock } from './lock.ts';
import { withNamespace } from './namespace.ts';
import { parseObject } from './object.ts';
import { OutputFaults } from './output-faults.ts';
import { reportPlainSecret } from './plain-secret.ts';
import { reportReserved } from './reserved.ts';
import {
  isAcknowledgement,
  isCluster,
  isCustomization,
  isOverridePolicy,
  isPropagationPolicy,
  schemaOf,
} from './roles.ts';
import { scopesOf } from './scope.ts';
import { admitKinds } from './unknown-kinds.ts';

interface ParseOptions {
  readonly profile?: Profile;
  /** Parses each source; the default is `parseText`. */
  readonly parse?: ParseText;
  /** Objects in the output of builds. */
  readonly built?: readonly RawObject[];
  readonly lock?: SourceText | undefined;
  /** `spec.skippedPropagatingAPIs`: objects of these APIs are warnings in a later pass, not errors. */
  readonly skippedApis?: readonly string[];
  /** `spec.kinds`: the scopes of kinds that the repository does not define. */
  readonly kinds?: readonly KindScope[];
}

/**
 * Returns the objects of the repository by role, which depends on apiVersion and kind. Checks their shape, sets
 * the namespace of namespaced ones, and reports duplicates. Reports and omits faulty objects.
 */
export function parseRepository(
  sources: readonly SourceText[],
  report: Report,
  {
    profile = 'regatta',
    parse = parseText,
    built = [],
    lock,
    skippedApis = [],
    kinds = [],
  }: ParseOptions = {},
): Repository {
  const rejected: LeftOutObject[] = [];
  const own = sources.flatMap((source) =>
    located(source, parse(source, { rejected, profile }, report)),
  );
  const faults = new OutputFaults();
  const output = builtObjects(built, { rejected, profile }, faults);
  const known = withHookOrder(withNamespaces(own, output, { rejected, kinds }, faults));
  const distinct = distinctObjects(known, known.filter(isCluster).length, faults);
  faults.reportTo(report);
  const rendered = new Set(known.filter(isOfRelease).map(({ object }) => keyOf(object)));
  for (const sourced of distinct) {
    reportPlainSecret(sourced, rendered.has(keyOf(sourced.object)), report);
    reportReserved(sourced, report);
  }
  const { admitted: unique, unsupported, unknown } = admitKinds(distinct, skippedApis, report);
  rejected.push(...unknown);
  for (const sourced of unique) {
    if (schemaOf(sourced.object) !== undefined) reportVariants(sourced, report);
  }
  const images = parseLock(lock, report);
  return { rejected: distinctEntries(rejected), unsupported, images, ...byRole(unique) };
}

function isOfRelease({ producedBy }: Parsed): boolean {
  return producedBy !== undefined;
}

/** Divides objects by their role. */
function byRole(
  unique: readonly Sourced[],
): Omit<Repository, 'rejected' | 'unsupported' | 'images'> {
  return {
    clusters: unique.filter(isCluster),
    policies: unique.filter(isPropagationPolicy),
    overrides: unique.filter(isOverridePolicy),
    customizations: unique.filter(isCustomization),
    acknowledgements: unique.filter(isAcknowledgement),
    templates: unique.filter((sourced) => schemaOf(sourced.object) === undefined),
  };
}

/** Sets the namespaces of all objects. Rejects objects whose namespace is unknown. */
function withNamespaces(
  own: readonly Parsed[],
  built: readonly Parsed[],
  { rejected, kinds }: { readonly rejected: LeftOutObject[]; readonly kinds: readonly KindScope[] },
  faults: OutputFaults,
): readonly Parsed[] {
  const objects = [...own, ...built];
  const scopeOf = scopesOf(
    objects.map(({ object }) => object),
    kinds,
  );
  const placed = objects.map((sourced, index) =>
    checked(faults.reportOf(sourced.producedBy), rejected, (note) => [
      referenceTo(sourced.object),
      withNamespace(sourced, { scopeOf, isBuilt: index >= own.length }, note),
    ]),
  );
  return placed.filter((sourced) => sourced !== undefined);
}

/** The inputs of parsing besides the text. */
export interface Parsing {
  readonly rejected: LeftOutObject[];
  readonly profile: Profile;
}

/** A location in a text with its object. An invalid object is undefined. */
interface PointedObject {
  readonly place: DocumentPointer;
  readonly object: KubeObject | undefined;
}

/** Parses the objects of a text. Reports faults, and adds the rejected objects to `parsing.rejected`. */
export type ParseText = (
  source: SourceText,
  parsing: Parsing,
  report: Report,
) => readonly PointedObject[];

/** Reads the objects of a text and checks their shape. */
export const parseText: ParseText = (source, { rejected, profile }, report) => {
  const rules = { profile, isBuilt: false };
  return readObjects(source, report).map((raw) => {
    const { place } = raw;
    const object = checked(report, rejected, (note) => [
      nameOf(raw),
      parseObject(raw, rules, note),
    ]);
    return { place, object };
  });
};

function located(source: SourceText, parsed: readonly PointedObject[]): readonly Parsed[] {
  return parsed.flatMap(({ place, object }) =>
    object === undefined ? [] : [{ object, at: locate(source, place) }],
  );
}

/** Parses the objects in the output of builds. */
function builtObjects(
  built: readonly RawObject[],
  { rejected, profile }: Parsing,
  faults: OutputFaults,
): readonly Parsed[] {
  return built.flatMap((raw) => {
    const { at, producedBy, hook } = raw;
    const rules = { profile, isBuilt: true };
    const object = checked(faults.reportOf(producedBy), rejected, (note) => [
      nameOf(raw),
      parseObject(raw, rules, note),
    ]);
    if (object === undefined) return [];
    return [{ object, at, ...(producedBy && { producedBy }), ...(hook && { hook }) }];
  });
}

/** Drops repeated entries, which several builds of one release may cause. */
function distinctEntries(rejected: readonly LeftOutObject[]): readonly LeftOutObject[] {
  return [...new Map(rejected.map((entry) => [JSON.stringify(entry), entry])).values()];
}

/**
 * Returns the result of a check. If the check has no result, rejects the object, with the reported messages as
 * the reason.
 */
function checked<T>(
  report: Report,
  rejected: LeftOutObject[],
  check: (note: Report) => readonly [object: string, passed: T | undefined],
): T | undefined {
  const messages: string[] = [];
  const [object, passed] = check((diagnostic) => {
    messages.push(diagnostic.message);
    report(diagnostic);
  });
  if (passed === undefined) rejected.push({ object, message: messages.join('; ') });
  return passed;
}

/** Returns the reference to a faulty object, from the fields that it has. */
function nameOf({ value: { apiVersion, kind, metadata } }: RawObject): string {
  const { namespace, name } = Object(metadata);
  return [apiVersion, kind, namespace, name].filter((part) => typeof part === 'string').join('/');
}

/** Reports clusters and policies that differ between clusters. */
function reportVariants({ object, at, variants }: Sourced, report: Report): void {
  if (variants === undefined) return;
  report({
    code: 'build/varies-by-cluster',
    severity: 'error',
    message: `${describeObject(object)} is different between clusters, or absent on some of them`,
    at: at(''),
    hint: 'move it out of the chart, or do not let values for some clusters change it',
  });
}
