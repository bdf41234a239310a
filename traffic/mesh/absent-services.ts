import type { AbsentService } from '#model/mesh.ts';
import { byText } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import type { Mesh } from './mesh.ts';
import { selectorOf } from './services.ts';

/**
 * Returns the Services that members of a mesh lack: members with pods that the Service selects, or with other
 * pods in its namespace, which may call it. A cluster's DNS resolves only the names of its own Services.
 */
export function absentServices(mesh: Mesh): readonly AbsentService[] {
  const members = mesh.clusters.filter(({ name }) => mesh.members.includes(name));
  const all = members.flatMap(({ name, services }) =>
    services.map((service) => ({ cluster: name, service, id: idOf(service.metadata) })),
  );
  const pods = Map.groupBy(
    mesh.pods.values(),
    ({ cluster, namespace }) => `${cluster}/${namespace}`,
  );
  return [...Map.groupBy(all, ({ id }) => id).values()].flatMap((same) => {
    const [first] = same;
    const matchLabels = first && selectorOf(first.service);
    if (first === undefined || matchLabels === undefined) return [];
    const { name, namespace = 'default' } = first.service.metadata;
    const on = same.map(({ cluster }) => cluster);
    const lacking = members.filter(
      (member) =>
        !on.includes(member.name) &&
        !member.serviceImports.some(({ metadata }) => idOf(metadata) === first.id),
    );
    return lacking.flatMap(({ name: cluster }) => {
      const near = pods.get(`${cluster}/${namespace}`) ?? [];
      const selected = near.filter(({ labels }) => matchesLabels({ matchLabels }, labels));
      const workloads = [...new Set(selected.map(({ workload }) => workload))].sort(byText);
      return near.length === 0 ? [] : [{ namespace, name, on, cluster, workloads }];
    });
  });
}

function idOf({ namespace = 'default', name }: { namespace?: string; name: string }): string {
  return `${namespace}/${name}`;
}
