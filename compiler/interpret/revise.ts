import type { Binding, ClusterObject } from '#model/binding.ts';

/** Makes of every binding one object a cluster: its template, not changed yet. */
export function reviseBindings(bindings: readonly Binding[]): readonly ClusterObject[] {
  return bindings.flatMap((binding) =>
    binding.clusters.map(({ name }) => ({
      cluster: name,
      object: binding.template.object,
      binding,
      overrides: [],
    })),
  );
}
