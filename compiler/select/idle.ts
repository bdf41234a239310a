import type { Report } from '#model/diagnostic.ts';
import { nearestWord } from '#model/nearest.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import { matchRank, type ResourceSelector } from '#model/selector.ts';
import { formsOf, type Sourced } from '#model/source.ts';

/** Warns of each selector that selects no template, and suggests the nearest name. */
export function reportIdleSelectors(
  policies: readonly Sourced<PropagationPolicy>[],
  templates: readonly Sourced[],
  report: Report,
): void {
  const forms = templates.flatMap(formsOf);
  const byKind = Map.groupBy(forms, kindOf);
  const kinds = [...byKind.keys()].map((kind) => kind.slice(kind.indexOf(' ') + 1));
  const isIdle = createIdleCheck(forms, byKind);
  for (const { object, at } of policies) {
    for (const [index, selector] of object.spec.resourceSelectors.entries()) {
      if (!isIdle(object, selector)) continue;
      const hint = suggestion(selector, byKind.get(kindOf(selector)) ?? [], kinds);
      report({
        code: 'select/selects-nothing',
        severity: 'warning',
        message: `${describeObject(object)} selects ${describeSelector(selector)}, but no template matches`,
        at: at(`/spec/resourceSelectors/${index}`),
        ...(hint === undefined ? {} : { hint }),
      });
    }
  }
}

/** Narrows the templates to those with the selector's name, namespace or kind. */
function createIdleCheck(
  forms: readonly KubeObject[],
  byKind: ReadonlyMap<string, readonly KubeObject[]>,
): (policy: PropagationPolicy, selector: ResourceSelector) => boolean {
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

function selects(
  policy: PropagationPolicy,
  selector: ResourceSelector,
  object: KubeObject,
): boolean {
  const { namespace } = policy.metadata;
  const reaches = namespace === undefined || namespace === object.metadata.namespace;
  return reaches && matchRank(selector, object) > 0;
}

function describeSelector({ apiVersion, kind, namespace, name }: ResourceSelector): string {
  const where = namespace ? ` in ${namespace}` : '';
  return `${name ? `${kind} ${name}` : `${kind} of ${apiVersion}`}${where}`;
}

function suggestion(
  { kind, name }: ResourceSelector,
  sameKind: readonly KubeObject[],
  kinds: readonly string[],
): string | undefined {
  const names = sameKind.map(({ metadata }) => metadata.name);
  const meant = sameKind.length === 0 ? nearestWord(kind, kinds) : nearestWord(name ?? '', names);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}
