import type { Rendition } from '#compiler/decisions.ts';
import type { AnalyzedMesh, MeshFindings } from '#compiler/validate/mesh/analyzed.ts';
import { meshFindings } from '#compiler/validate/mesh/meshes.ts';
import { type Diagnostic, positionText } from '#model/diagnostic.ts';
import { errorMessage } from '#model/error.ts';
import { isIstioGroup } from '#model/mesh.ts';
import { gvkOf } from '#model/object.ts';
import { istioRequest } from '#traffic/ask/request.ts';
import { absentServices } from '#traffic/mesh/absent-services.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { rememberedMessages } from '../traffic/generate.ts';
import { renderedMeshes } from '../traffic/meshes.ts';

/**
 * Finds the faults of the meshes of a fleet. Asks the engine `istio` about a mesh with Istio configuration, unless the
 * mesh is the same as before.
 *
 * @param known - other findings; an error at the position of one of them is left out, and so is an error about a whole object
 *   with another error, because API servers know the schemas of Istio's kinds, too
 */
export async function lintMeshes(
  rendition: Rendition,
  known: readonly Diagnostic[],
): Promise<readonly Diagnostic[]> {
  const analyzed: AnalyzedMesh[] = [];
  for (const mesh of renderedMeshes(rendition)) analyzed.push(await analyze(mesh));
  const isError = ({ severity }: Diagnostic) => severity === 'error';
  const errors = known.filter(isError);
  const places = new Set(errors.map(({ at }) => positionText(at)));
  const objects = new Set(errors.map(objectOf));
  return meshFindings(rendition, analyzed).filter((found) => {
    if (!isError(found)) return true;
    if (places.has(positionText(found.at))) return false;
    return !isWithoutField(found) || !objects.has(objectOf(found));
  });
}

/** Returns the file of a finding, and the object that its message starts with. */
function objectOf({ at, message }: Diagnostic): string {
  return `${at.file} ${message.slice(0, message.indexOf(': '))}`;
}

/** Reports whether Istio did not say which field is at fault. */
function isWithoutField({ message }: Diagnostic): boolean {
  return /^[^:]+: IST\d+: /.test(message);
}

async function analyze(mesh: Mesh): Promise<AnalyzedMesh> {
  const { name, controlPlane, config, clusters } = mesh;
  return {
    name,
    controlPlane,
    config,
    clusters: clusters.map((cluster) => cluster.name),
    pods: [...mesh.pods.values()],
    absent: absentServices(mesh),
    // The Gateway API alone may belong to another implementation.
    ...(config.some((object) => isIstioGroup(gvkOf(object).group)) && {
      findings: await findingsOf(mesh),
    }),
  };
}

async function findingsOf(mesh: Mesh): Promise<MeshFindings> {
  try {
    const request = istioRequest(mesh, [], { analyze: true });
    return { type: 'analyzed', messages: await rememberedMessages(request) };
  } catch (error) {
    return { type: 'unavailable', reason: errorMessage(error) };
  }
}
