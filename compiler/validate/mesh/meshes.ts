/** Converts what Istio's analyzers and validators find in meshes, and what the clusters of a mesh lack, to findings. */
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Rendition } from '../../decisions.ts';
import { Findings } from '../findings.ts';
import { reportAbsentServices } from './absent-services.ts';
import type { AnalyzedMesh } from './analyzed.ts';
import { MeshObjects } from './mesh-objects.ts';
import { reportMessages } from './messages.ts';
import { reportNotRead } from './not-read.ts';
import { reportRouteFaults } from './routes/check.ts';

/** Returns the faults of the meshes of a rendition, ordered by position in the sources. */
export function meshFindings(
  { objects, decisions }: Rendition,
  meshes: readonly AnalyzedMesh[],
): readonly Diagnostic[] {
  const findings = new Findings(decisions);
  for (const mesh of meshes) {
    const own = new MeshObjects(mesh, objects);
    reportAbsentServices(mesh, own, findings);
    reportNotRead(own, findings);
    reportRouteFaults(own, findings);
    if (mesh.findings?.type === 'analyzed') reportMessages(mesh.findings.messages, own, findings);
    if (mesh.findings?.type === 'unavailable') {
      findings.add({
        code: 'validate/not-checked',
        severity: 'warning',
        message: `mesh ${mesh.name}: Istio's analyzers did not run: ${mesh.findings.reason}`,
        pointer: '',
        on: own.first,
      });
    }
  }
  return findings.diagnostics;
}
