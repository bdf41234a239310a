import type { Rendition } from '#compiler/decisions.ts';
import type { Interpreter } from '#compiler/interpret/interpreter.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import type { ReplicasOf } from '#traffic/mesh/pods.ts';

/** Returns the meshes of what a fleet renders. */
export function renderedMeshes({ decisions, objects }: Rendition): readonly Mesh[] {
  const byCluster = Map.groupBy(objects, ({ cluster }) => cluster);
  return meshesOf({
    clusters: decisions.repository.clusters.map(({ object }) => object),
    meshes: decisions.settings.meshes,
    objects: new Map(
      [...byCluster].map(([name, some]) => [name, some.map(({ object }) => object)]),
    ),
    replicasOf: replicasBy(decisions.interpreter),
  });
}

/** Returns what reads the replicas of workloads. */
export function replicasBy(interpreter: Interpreter): ReplicasOf {
  return (object) => {
    const read = interpreter.replicas(object);
    return read.type === 'known' ? read.value.replicas : undefined;
  };
}
