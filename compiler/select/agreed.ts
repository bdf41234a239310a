import type { Report } from '#model/diagnostic.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import { formsOf, type Sourced } from '#model/source.ts';

/**
 * Returns the policy of a template. Reports a variant with another policy, because the compiler places a
 * template once for all its variants.
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
      message: `${describeObject(template.object)} has variants with different policies: ${name} selects the one for ${a}, and ${names[index]} the one for ${b}`,
      at: template.at(''),
      related: [first, policies[index + 1]]
        .filter((policy) => policy !== undefined)
        .map(({ at, object }) => ({ at: at(''), message: describeObject(object) })),
      hint: 'let one policy select all variants, by name or by each of their API versions',
    });
  }
  return first;
}
