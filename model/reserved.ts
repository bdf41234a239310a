/** The objects and metadata that Regatta keeps in a member cluster, and that Git must not set. */
import { gvkOf, type KubeObject, type ObjectKey } from './object.ts';
import { pointerTo } from './pointer.ts';

/** Names of Regatta's own objects in the namespace `regatta-system`, by `group/Kind`. */
const reservedNames: Readonly<Record<string, RegExp>> = {
  '/ConfigMap': /^regatta-(inventory|status)/,
  'coordination.k8s.io/Lease': /^regatta/,
};

/** Labels and annotations by which Regatta finds and divides its objects. */
const reservedMetadata =
  /^(applyset\.kubernetes\.io\/|regatta\.dev\/(inventory|fleet|reconcile|holder-process$|wanted-by$))/;

/** A field that Git must not set. */
export interface ReservedField {
  /** JSON pointer of the field. */
  readonly pointer: string;
  /** Why, as a clause that follows the name of the object. */
  readonly reason: string;
}

/** Reports whether the key is that of an object in which Regatta keeps its own state. */
export function isReservedKey(key: ObjectKey): boolean {
  if (!key.includes('/regatta-system/')) return false;
  const [group = '', kind = '', namespace, name = ''] = key.split('/');
  return namespace === 'regatta-system' && isReservedName(`${group}/${kind}`, name);
}

/** Returns the first field of an object that only Regatta may set; undefined if it has no such field. */
export function reservedField(object: KubeObject): ReservedField | undefined {
  const { name, namespace, labels = {}, annotations = {} } = object.metadata;
  const { group, kind } = gvkOf(object);
  if (namespace === 'regatta-system' && isReservedName(`${group}/${kind}`, name)) {
    return {
      pointer: '/metadata/name',
      reason: 'is one of Regatta’s own objects, which only the syncer writes',
    };
  }
  return reservedIn('labels', labels) ?? reservedIn('annotations', annotations);
}

function isReservedName(groupKind: string, name: string): boolean {
  return Object.hasOwn(reservedNames, groupKind) && reservedNames[groupKind]?.test(name) === true;
}

function reservedIn(
  field: 'labels' | 'annotations',
  map: Readonly<Record<string, string>>,
): ReservedField | undefined {
  const name = Object.keys(map).find((key) => reservedMetadata.test(key));
  if (name === undefined) return undefined;
  const pointer = pointerTo(['metadata', field, name]);
  return { pointer, reason: `sets the ${field.slice(0, -1)} ${name}, which only the syncer sets` };
}
