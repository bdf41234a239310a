import { NoSuchClusterError } from '#model/no-such-cluster.ts';
import { NoSuchObjectError } from '#model/no-such-object.ts';
import { askInParts } from '#traffic/ask/in-parts.ts';
import type { MeshTraffic } from '#traffic/ask/report.ts';
import type { Question } from '#traffic/ask/traffic.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import type { RenderedDirectory } from '../fleet/render.ts';
import { rememberedTraffic } from './generate.ts';
import { locatedRules, type TrafficAnswer } from './located.ts';
import { renderedMeshes } from './meshes.ts';

/**
 * Answers a question about the meshes of a fleet.
 *
 * @throws NoSuchObjectError if the fleet has no mesh, or no workload has the name of the caller
 * @throws NoSuchClusterError if no mesh has the cluster of the caller
 * @throws Error when the engine could not answer
 */
export async function answerTraffic(
  { rendition }: RenderedDirectory,
  question: Question,
): Promise<TrafficAnswer> {
  const meshes = concerned(renderedMeshes(rendition), question);
  const answers: MeshTraffic[] = [];
  for (const mesh of meshes) {
    answers.push(await askInParts(mesh, question, rememberedTraffic));
  }
  const { templates } = rendition.decisions.repository;
  return { meshes: answers, rules: locatedRules(answers, templates) };
}

function concerned(meshes: readonly Mesh[], { from }: Question): readonly Mesh[] {
  if (meshes.length === 0) {
    throw new NoSuchObjectError(
      'the fleet has no mesh: declare it in spec.meshes of regatta.yaml, or render Istio’s kinds to a cluster',
    );
  }
  const { cluster } = from ?? {};
  if (cluster === undefined) return meshes;
  const own = meshes.filter(({ clusters }) => clusters.some(({ name }) => name === cluster));
  const known = meshes.flatMap(({ clusters }) => clusters.map(({ name }) => name));
  if (own.length === 0) throw new NoSuchClusterError([cluster], known);
  return own;
}
