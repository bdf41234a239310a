import { apiPattern } from '#model/api-pattern.ts';
import type { Diagnostic, Report } from '#model/diagnostic.ts';
import type { LeftOutObject } from '#model/left-out.ts';
import { editDistance, nearestWord } from '#model/nearest.ts';
import { describeObject, gvkOf, type KubeObject, referenceTo } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';
import { roles, schemaOf } from './roles.ts';
import { unsupportedKinds } from './unsupported-kinds.ts';

interface KindName {
  readonly apiVersion: string;
  readonly kind: string;
}

/** All kinds of Karmada's and Regatta's groups, except those that install Karmada. */
const knownKinds: readonly KindName[] = Object.keys({ ...roles, ...unsupportedKinds }).map(
  (type) => {
    const slash = type.lastIndexOf('/');
    return { apiVersion: type.slice(0, slash), kind: type.slice(slash + 1) };
  },
);

/** The largest number of edits, in letters, between a misspelt group and the right one. */
const misspelt = 3;

/** The objects of a repository, by whether their kind is allowed in its sources. */
export interface AdmittedKinds {
  readonly admitted: readonly Sourced[];
  readonly unsupported: readonly Sourced[];
  readonly unknown: readonly LeftOutObject[];
}

/**
 * Separates the objects whose kind is not allowed, and reports them. Objects of Karmada's and Regatta's groups are
 * never templates: a misspelt policy would otherwise lose its objects, without an error.
 *
 * @param skippedApis - APIs whose objects may remain templates, because no policy selects them; the groups of
 * policies and clusters have no such exception
 */
export function admitKinds(
  objects: readonly Sourced[],
  skippedApis: readonly string[],
  report: Report,
): AdmittedKinds {
  const patterns = skippedApis.map(apiPattern);
  const unsupported: Sourced[] = [];
  const unknown: LeftOutObject[] = [];
  const admitted = objects.filter((sourced) => {
    const { object } = sourced;
    const isSkipped = !isDecisive(object) && patterns.some((matches) => matches(object));
    if (isSkipped || schemaOf(object) !== undefined || isForeign(object)) return true;
    const entry = unsupportedFault(sourced);
    const diagnostic = entry ?? unknownFault(sourced);
    report(diagnostic);
    if (entry !== undefined) unsupported.push(sourced);
    else unknown.push({ object: referenceTo(object), message: diagnostic.message });
    return false;
  });
  return { admitted, unsupported, unknown };
}

/** Reports whether the group of an object decides where others go. */
function isDecisive(object: KubeObject): boolean {
  return ['cluster.karmada.io', 'policy.karmada.io'].includes(gvkOf(object).group);
}

/** Reports whether a kind belongs neither to Karmada nor to Regatta, not even with a misspelt group. */
export function isForeign({ apiVersion, kind }: KindName): boolean {
  const { group } = gvkOf({ apiVersion, kind });
  // Installs Karmada in a member cluster, like any other operator.
  if (group === 'operator.karmada.io') return true;
  if (/(^|\.)(karmada\.io|regatta\.dev)$/.test(group)) return false;
  return !knownKinds.some(
    (known) =>
      known.kind === kind &&
      (editDistance(group, gvkOf(known).group) <= misspelt ||
        editDistance(apiVersion, known.apiVersion) <= misspelt),
  );
}

function unsupportedFault({ object, at }: Sourced): Diagnostic | undefined {
  const type = `${object.apiVersion}/${object.kind}`;
  const entry = Object.hasOwn(unsupportedKinds, type) ? unsupportedKinds[type] : undefined;
  if (entry === undefined) return undefined;
  return {
    code: 'parse/not-supported',
    severity: 'error',
    message: `${describeObject(object)} ${entry.reason}`,
    at: at(''),
    hint: entry.hint,
  };
}

function unknownFault({ object: { apiVersion, kind }, at }: Sourced): Diagnostic {
  const isVersionKnown = knownKinds.some((known) => known.apiVersion === apiVersion);
  return {
    code: 'parse/unknown-kind',
    severity: 'error',
    message: `${apiVersion} has no kind ${kind}`,
    at: at(isVersionKnown ? '/kind' : '/apiVersion'),
    hint: suggestion({ apiVersion, kind }),
  };
}

function suggestion({ apiVersion, kind }: KindName): string {
  const same = knownKinds.filter((known) => known.kind === kind);
  const versions = same.map((known) => known.apiVersion);
  const version = nearestWord(apiVersion, versions) ?? versions[0];
  if (version !== undefined) return `did you mean ${version}?`;
  const neighbours = knownKinds.filter((known) => known.apiVersion === apiVersion);
  const near = nearestWord(kind, kindsOf(neighbours));
  if (near !== undefined) return `did you mean ${near}?`;
  const meant = nearestWord(kind, kindsOf(knownKinds));
  const [known] = knownKinds.filter((other) => other.kind === meant);
  if (known !== undefined) return `did you mean ${known.kind} of ${known.apiVersion}?`;
  return neighbours.length === 0
    ? 'remove it: the groups below karmada.io and regatta.dev hold no templates'
    : `known kinds: ${kindsOf(neighbours).join(', ')}`;
}

function kindsOf(known: readonly KindName[]): readonly string[] {
  return known.map(({ kind }) => kind);
}
