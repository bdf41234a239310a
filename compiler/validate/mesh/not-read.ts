import { isIstioGroup } from '#model/mesh.ts';
import { describeObject, gvkOf } from '#model/object.ts';
import type { Findings } from '../findings.ts';
import type { MeshObjects } from './mesh-objects.ts';

/** Reports objects of Istio's kinds on members that are not the control plane of their mesh. Nothing reads them there. */
export function reportNotRead(objects: MeshObjects, findings: Findings): void {
  const { name, controlPlane } = objects.mesh;
  for (const all of objects.ofGroups(isIstioGroup)) {
    const on = all.filter(({ cluster }) => cluster !== controlPlane);
    const [first] = on;
    if (first === undefined) continue;
    findings.add({
      code: 'mesh/not-read',
      severity: 'warning',
      message: `${describeObject(first.object)} has no effect here, because Istio reads the configuration of mesh ${name} only on ${controlPlane}`,
      hint: `place every ${gvkOf(first.object).kind} of the mesh on ${controlPlane}`,
      pointer: '',
      on: on.filter(({ object }) => object === first.object),
    });
  }
}
