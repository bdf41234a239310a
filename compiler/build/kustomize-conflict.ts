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
  /** '' if the author wrote none. */
  readonly namespace: string;
}

/** An object that a kustomization moved into its namespace, as the message of Kustomize shows it. */
const moved =
  /previousKinds":"(?<kind>[^",]*)[^"]*","[^"]*previousNames":"(?<name>[^",]*)[^"]*","[^"]*previousNamespaces":"(?<namespace>[^",]*)[^"]*"[^}]*\},?.*?"name":"(?<now>[^"]*)"/g;

/**
 * Returns the place of a namespace that makes two objects the same one, and those of the two objects. Kustomize prints
 * all of their fields.
 */
export function conflictPlace(fault: KustomizeFault): FoundPlace | undefined {
  const [, objects = ''] =
    /namespace transformation produces ID conflict: (.*)$/s.exec(fault.error) ?? [];
  const kustomization = objects === '' ? undefined : kustomizationOf(fault);
  if (kustomization === undefined) return undefined;
  const found = [...objects.matchAll(moved)].map(
    ({ groups }) => groups as unknown as Written & { readonly now: string },
  );
  const [first] = found;
  if (first === undefined) return undefined;
  const names = found.map(nameOf);
  const target = nameOf({
    ...first,
    name: first.now,
    namespace: String(kustomization.value.namespace),
  });
  return {
    at: kustomization.at(pointerTo(['namespace'])),
    related: found.flatMap((object) => placesOf(object, fault)),
    text: `${names.slice(0, -1).join(', ')} and ${names.at(-1)} would both be ${target}`,
    hint: 'rename one of the two, or leave it out',
  };
}

function nameOf({ kind, name, namespace }: Written): string {
  return namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function placesOf(written: Written, fault: KustomizeFault): NonNullable<FoundPlace['related']> {
  return textsRead(fault)
    .flatMap((source) => readObjects(source, () => {}))
    .filter(({ value }) => isWritten(value, written))
    .map((object) => ({ at: object.at(''), message: nameOf(written) }));
}

/** Kustomize takes `default` for the namespace of an object without one. */
function isWritten(value: Readonly<Record<string, unknown>>, written: Written): boolean {
  const { name, namespace = 'default' } = Object(value.metadata);
  return (
    value.kind === written.kind &&
    name === written.name &&
    namespace === (written.namespace || 'default')
  );
}
