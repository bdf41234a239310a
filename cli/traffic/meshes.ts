import type { Rendition } from '#compiler/decisions.ts';
import type { Interpreter } from '#compiler/interpret/interpreter.ts';
import type { KubeObject } from '#model/object.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';

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

function replicasBy(interpreter: Interpreter): (object: KubeObject) => number | undefined {
  return (object) => {
    const read = interpreter.replicas(object);
    return read.type === 'known' ? read.value.replicas : undefined;
  };
}
