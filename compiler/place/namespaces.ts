import { type Binding, targetsOf } from '#model/binding.ts';

/** Limits Namespaces without a policy to the clusters that get an object in them. */
export function narrowNamespaces(bindings: readonly Binding[]): readonly Binding[] {
  const used = new Map<string, Set<string>>();
  for (const binding of bindings) {
    const { namespace } = binding.template.object.metadata;
    if (namespace === undefined) continue;
    const clusters = used.get(namespace) ?? new Set();
    for (const { name } of targetsOf(binding)) clusters.add(name);
    used.set(namespace, clusters);
  }
  return bindings.map((binding) => {
    const { template, policy, clusters } = binding;
    if (policy !== undefined || template.object.kind !== 'Namespace') return binding;
    const users = used.get(template.object.metadata.name);
    return { ...binding, clusters: clusters.filter(({ name }) => users?.has(name)) };
  });
}
