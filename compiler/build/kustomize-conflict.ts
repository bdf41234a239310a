import { pointerTo } from '#model/pointer.ts';
import { readObjects } from '../parse/documents.ts';
import {
  type FoundPlace,
  type KustomizeFault,
  kustomizationOf,
  textsRead,
} from './kustomize-places.ts';

/** An object as its author wrote it. */
interface Written {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/**
 * Returns the place of a namespace that makes two objects the same one, and those of the two objects. Kustomize prints
 * all of their fields.
 */
export function conflictPlace(fault: KustomizeFault): FoundPlace | undefined {
  const kustomization = conflict.test(fault.cause.full) ? kustomizationOf(fault) : undefined;
  if (kustomization === undefined) return undefined;
  const found = movedIn(fault.cause.full);
  const [first] = found;
  if (first === undefined) return undefined;
  const names = found.map(nameOf);
  const isClusterScoped = first.namespace === none;
  const namespace = isClusterScoped ? none : String(kustomization.value.namespace);
  const target = nameOf({ kind: first.kind, name: first.now, namespace });
  return {
    at: kustomization.at(pointerTo(['namespace'])),
    related: found.flatMap((object) => placesOf(object, fault)),
    text: `${names.slice(0, -1).join(', ')} and ${names.at(-1)} would both be ${target}`,
    hint: first.kind === 'Namespace' ? namespaceCure : 'rename one of the two, or leave it out',
  };
}

const conflict = /^namespace transformation produces ID conflict: \[(.*)\]$/;

/** Returns the objects in the message of a conflict, which has their JSON one after the other. */
function movedIn(message: string): readonly (Written & { readonly now: string })[] {
  const [, objects = ''] = conflict.exec(message) ?? [];
  return objects.split(/(?<=\}) (?=\{"apiVersion")/).flatMap((text) => {
    const object = parsed(text);
    if (object === undefined) return [];
    const { annotations, name: now, namespace = none } = Object(object.metadata);
    const before = (what: string): string | undefined =>
      Object(annotations)[`${prefix}${what}`]?.split(',')[0];
    const written = { name: before('Names') ?? now, namespace: before('Namespaces') ?? namespace };
    return [{ kind: String(object.kind), ...written, now }];
  });
}

/** Prefix of the annotations in which Kustomize notes what an object was before each change. */
const prefix = 'internal.config.kubernetes.io/previous';

function parsed(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(json));
  } catch {
    return undefined;
  }
}

const namespaceCure =
  'list the Namespaces in a kustomization without the field namespace, which renames each of them';

/** What Kustomize writes for the namespace of a cluster-scoped object. */
const none = '_non_namespaceable_';

function nameOf({ kind, name, namespace }: Written): string {
  return namespace === none ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function placesOf(written: Written, fault: KustomizeFault): NonNullable<FoundPlace['related']> {
  return textsRead(fault)
    .flatMap((source) => readObjects(source, () => {}))
    .filter(({ value }) => isWritten(value, written))
    .map((object) => ({ at: object.at(''), message: nameOf(written) }));
}

/** Kustomize takes `default` for the namespace of a namespaced object without one. */
function isWritten(value: Readonly<Record<string, unknown>>, written: Written): boolean {
  const { name, namespace = 'default' } = Object(value.metadata);
  const isThere = written.namespace === none || namespace === written.namespace;
  return value.kind === written.kind && name === written.name && isThere;
}
