import type { AbsentService } from '#model/mesh.ts';
import type { Findings } from '../findings.ts';
import type { AnalyzedMesh } from './analyzed.ts';
import type { MeshObjects } from './mesh-objects.ts';

/** Reports Services that a member of a mesh lacks although it has pods for them, or callers in their namespace. */
export function reportAbsentServices(
  { absent }: AnalyzedMesh,
  objects: MeshObjects,
  findings: Findings,
): void {
  for (const service of absent) {
    const { namespace, name, on: having, cluster, workloads } = service;
    const on = having.flatMap((one) => objects.find(`/Service/${namespace}/${name}`, one));
    findings.add({
      code: 'mesh/absent-service',
      severity: workloads.length > 0 ? 'warning' : 'note',
      message: `Service ${namespace}/${name} is not on ${cluster}: ${effectOf(service)}`,
      hint: `place the Service on ${cluster}, too`,
      pointer: '',
      on,
    });
  }
}

function effectOf({ workloads, cluster }: AbsentService): string {
  const [first, ...others] = workloads;
  if (first === undefined)
    return `workloads of its namespace on ${cluster} cannot resolve its name`;
  const [kind, name] = first.split('/');
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `the pods of ${kind} ${name}${more} there get none of its requests, and nothing there can resolve its name`;
}
