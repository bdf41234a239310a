import type { Report } from '#model/diagnostic.ts';
import { nearestWord } from '#model/nearest.ts';
import { byText, describeObject, type KubeObject } from '#model/object.ts';
import { matchRank, type ResourceSelector } from '#model/selector.ts';
import { formsOf, type Sourced } from '#model/source.ts';

/** A policy with its selectors. An override policy without selectors applies to all objects that it reaches. */
type Selecting = KubeObject & {
  readonly spec: { readonly resourceSelectors?: readonly ResourceSelector[] | undefined };
};

/** Warns of each selector that selects no template, and suggests the nearest name. */
export function reportIdleSelectors(
  policies: readonly Sourced<Selecting>[],
  templates: readonly Sourced[],
  report: Report,
): void {
  const forms = templates.flatMap(formsOf);
  const byKind = Map.groupBy(forms, kindOf);
  const isIdle = createIdleCheck(forms, byKind);
  for (const { object, at } of policies) {
    for (const [index, selector] of (object.spec.resourceSelectors ?? []).entries()) {
      if (!isIdle(object, selector)) continue;
      const hint = suggestion(selector, byKind.get(kindOf(selector)) ?? [], [...byKind.keys()]);
      report({
        code: 'select/selects-nothing',
        severity: 'warning',
        message: `${describeObject(object)} selects ${describeSelector(selector)}, but no template matches`,
        at: at(`/spec/resourceSelectors/${index}`),
        hint:
          outOfReach(object, selector, byKind.get(kindOf(selector)) ?? []) ??
          hint ??
          otherwise(selector, byKind.get(kindOf(selector)) ?? []),
      });
    }
  }
}

/** Narrows the templates to those with the selector's name, namespace or kind. */
function createIdleCheck(
  forms: readonly KubeObject[],
  byKind: ReadonlyMap<string, readonly KubeObject[]>,
): (policy: Selecting, selector: ResourceSelector) => boolean {
  const byHome = Map.groupBy(forms, (form) => `${kindOf(form)} ${form.metadata.namespace}`);
  const byName = Map.groupBy(forms, (form) => `${kindOf(form)} ${form.metadata.name}`);
  return (policy, selector) => {
    const kind = kindOf(selector);
    const home = policy.metadata.namespace ?? selector.namespace;
    const near = home ? byHome.get(`${kind} ${home}`) : byKind.get(kind);
    const meant = selector.name ? byName.get(`${kind} ${selector.name}`) : near;
    return !meant?.some((form) => selects(policy, selector, form));
  };
}

function kindOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): string {
  return `${apiVersion} ${kind}`;
}

function selects(policy: Selecting, selector: ResourceSelector, object: KubeObject): boolean {
  const { namespace } = policy.metadata;
  const reaches = namespace === undefined || namespace === object.metadata.namespace;
  return reaches && matchRank(selector, object) > 0;
}

/** Suggests a policy of the cluster for a selector that only matches objects outside of its policy's namespace. */
function outOfReach(
  { kind, metadata }: Selecting,
  selector: ResourceSelector,
  sameKind: readonly KubeObject[],
): string | undefined {
  const object = sameKind.find((object) => matchRank(selector, object) > 0);
  if (metadata.namespace === undefined || object === undefined) return undefined;
  const home = object.metadata.namespace;
  const where = home === undefined ? 'has no namespace' : `is in the namespace ${home}`;
  return `use a Cluster${kind}: ${/^O/.test(kind) ? 'an' : 'a'} ${kind} selects objects of its own namespace only, and ${describeObject(object)} ${where}`;
}

function describeSelector({ apiVersion, kind, namespace, name }: ResourceSelector): string {
  const where = namespace ? ` in ${namespace}` : '';
  return `${name ? `${kind} ${name}` : `${kind} of ${apiVersion}`}${where}`;
}

function suggestion(
  { apiVersion, kind, namespace, name = '' }: ResourceSelector,
  sameKind: readonly KubeObject[],
  kinds: readonly string[],
): string | undefined {
  if (sameKind.length === 0) return kindQuestion(apiVersion, kind, kinds);
  const names = sameKind.map(({ metadata }) => metadata.name);
  const namesakes = sameKind.filter(({ metadata }) => metadata.name === name);
  if (namesakes.length > 0) return asQuestion(elsewhere(namesakes, namespace));
  const meant = nearestWord(name, names) ?? renamed(name, names);
  if (meant === undefined || !isHashed(meant, name)) return asQuestion(meant);
  return `did you mean ${meant}? Kustomize adds the hash to the name, and it changes with the content: select by label, or set disableNameSuffixHash`;
}

/** Maximum number of names that a hint lists. */
const maxNames = 5;

function otherwise({ kind }: ResourceSelector, sameKind: readonly KubeObject[]): string {
  const names = [...new Set(sameKind.map(({ metadata }) => metadata.name))].sort(byText);
  const known = `the templates have ${kind} ${names.join(', ')}`;
  const isShort = names.length > 0 && names.length <= maxNames;
  return `add a template that it selects, or remove it from spec.resourceSelectors${isShort ? `; ${known}` : ''}`;
}

/** Returns the name and namespace of the first of some objects that a selector misses by its namespace. */
function elsewhere(
  namesakes: readonly KubeObject[],
  namespace: string | undefined,
): string | undefined {
  return namesakes
    .filter(({ metadata }) => (metadata.namespace ?? namespace) !== namespace)
    .map(({ metadata }) => `${metadata.name} in ${metadata.namespace}`)
    .sort(byText)[0];
}

/** Returns the nearest kind of the templates, with its API version if that differs from the selector's. */
function nearestKind(
  apiVersion: string,
  kind: string,
  kinds: readonly string[],
): string | undefined {
  const known = kinds.map((one) => one.split(' ') as [version: string, kind: string]);
  const meant = nearestWord(
    kind,
    known.map(([, other]) => other),
  );
  const versions = known.filter(([, other]) => other === meant).map(([version]) => version);
  if (meant === undefined || versions.includes(apiVersion)) return meant;
  return `${meant} of ${nearestWord(apiVersion, versions) ?? versions.sort()[0]}`;
}

/** Suggests the nearest kind. Of two kinds in one API version, the template may have the misspelt one. */
function kindQuestion(
  apiVersion: string,
  kind: string,
  kinds: readonly string[],
): string | undefined {
  const question = asQuestion(nearestKind(apiVersion, kind, kinds));
  if (question === undefined || question.includes(' of ')) return question;
  return `${question} If ${kind} is right, correct the kind in the template`;
}

function asQuestion(meant: string | undefined): string | undefined {
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}

/** Returns the shortest name that a prefix, a suffix or a hash makes of a name. */
function renamed(name: string, names: readonly string[]): string | undefined {
  if (name === '') return undefined;
  return names
    .filter(
      (other) => other.startsWith(name) || other.endsWith(name) || other.includes(`-${name}-`),
    )
    .toSorted((a, b) => a.length - b.length || byText(a, b))[0];
}

/** Reports whether a name ends with the hash of a generator, possibly with a prefix and a suffix. */
function isHashed(name: string, without: string): boolean {
  return name.includes(`${without}-`) && /-[bcdfghkm2456789t]{10}$/.test(name);
}
