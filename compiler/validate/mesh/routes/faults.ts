import { describeObject, type KubeObject, keyOf } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import type { Finding, Findings } from '../../findings.ts';
import type { MeshObjects } from '../mesh-objects.ts';
import type { Path, RouteObject } from './routes.ts';

/** The input of the checks of routes, and the list to which they add faults. */
export interface RouteChecks {
  readonly objects: MeshObjects;
  readonly routes: readonly RouteObject[];
  readonly findings: Findings;
}

/** A fault of an object of the configuration. */
export interface ConfigFault extends Pick<Finding, 'code' | 'severity' | 'hint'> {
  readonly object: KubeObject;
  /** The field at fault. */
  readonly path: Path;
  /** The message, without the name of the object. */
  readonly words: string;
}

export function reportFault(
  { objects, findings }: Pick<RouteChecks, 'objects' | 'findings'>,
  { object, path, words, ...fault }: ConfigFault,
): void {
  findings.add({
    ...fault,
    message: `${describeObject(object)}: ${words}`,
    pointer: pointerTo(path),
    on: objects.find(keyOf(object), objects.mesh.controlPlane),
  });
}
