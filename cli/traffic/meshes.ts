import type { Rendition } from '#compiler/decisions.ts';
import type { Interpreter } from '#compiler/interpret/interpreter.ts';
import type { KubeObject } from '#model/object.ts';
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

/** Returns what reads the replicas of workloads, of each object once: many clusters share an object. */
export function replicasBy(interpreter: Interpreter): ReplicasOf {
  const known = new WeakMap<KubeObject, { readonly replicas: number | undefined }>();
  const read = (object: KubeObject) => {
    const found = interpreter.replicas(object);
    return { replicas: found.type === 'known' ? found.value.replicas : undefined };
  };
  return (object) => {
    const counted = known.get(object) ?? read(object);
    known.set(object, counted);
    return counted.replicas;
  };
}
