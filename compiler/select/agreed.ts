import type { Report } from '#model/diagnostic.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import { formsOf, type Sourced } from '#model/source.ts';

/**
 * The policy of a template: of one with variants, that of the first. When another variant has another
 * policy, that is reported: where the object goes is decided once.
 */
export function agreedPolicy(
  template: Sourced,
  policyOf: (form: KubeObject) => Sourced<PropagationPolicy> | undefined,
  report: Report,
): Sourced<PropagationPolicy> | undefined {
  const policies = formsOf(template).map(policyOf);
  const [first] = policies;
  const [name, ...names] = policies.map((policy) =>
    policy === undefined ? 'no policy' : describeObject(policy.object),
  );
  const index = names.findIndex((other) => other !== name);
  if (index >= 0) {
    const [a, b] = [0, index + 1].map((form) => template.variants?.[form]?.clusters[0]);
    report({
      code: 'select/variants-differ',
      severity: 'error',
      message: `${describeObject(template.object)} is selected by ${name} as it is for ${a}, and by ${names[index]} as it is for ${b}`,
      at: template.at(''),
      related: [first, policies[index + 1]]
        .filter((policy) => policy !== undefined)
        .map(({ at, object }) => ({ at: at(''), message: describeObject(object) })),
      hint: 'have one policy select all its variants: by name, or by each of their API versions',
    });
  }
  return first;
}
