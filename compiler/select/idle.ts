import type { Report } from '#model/diagnostic.ts';
import { nearestWord } from '#model/nearest.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import { matchRank, type ResourceSelector } from '#model/selector.ts';
import { formsOf, type Sourced } from '#model/source.ts';

/** Warns of each selector that selects no template, with the name that may have been meant. */
export function reportIdleSelectors(
  policies: readonly Sourced<PropagationPolicy>[],
  templates: readonly Sourced[],
  report: Report,
): void {
  const forms = templates.flatMap(formsOf);
  const byKind = Map.groupBy(forms, kindOf);
  const byName = Map.groupBy(forms, (form) => nameOf(form, form.metadata));
  for (const { object, at } of policies) {
    for (const [index, selector] of object.spec.resourceSelectors.entries()) {
      const sameKind = byKind.get(kindOf(selector)) ?? [];
      const sameName = selector.name ? byName.get(nameOf(selector, selector)) : sameKind;
      if (sameName?.some((form) => selects(object, selector, form))) continue;
      const kinds = [...byKind.keys()].map((kind) => kind.slice(kind.indexOf(' ') + 1));
      const hint = suggestion(selector, sameKind, kinds);
      report({
        code: 'select/selects-nothing',
        severity: 'warning',
        message: `${describeObject(object)} selects ${describeSelector(selector)}, which no template is`,
        at: at(`/spec/resourceSelectors/${index}`),
        ...(hint === undefined ? {} : { hint }),
      });
    }
  }
}

function kindOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): string {
  return `${apiVersion} ${kind}`;
}

function nameOf(
  of: Pick<KubeObject, 'apiVersion' | 'kind'>,
  { name }: { readonly name?: string | undefined },
): string {
  return `${kindOf(of)} ${name}`;
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
