import { fullKindName, isCalled } from '#model/kind-name.ts';
import { nearestWord } from '#model/nearest.ts';
import { NoSuchObjectError } from '#model/no-such-object.ts';
import { byText, describeObject } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';

/** The kind, name and namespace by which a user names an object on the command line. */
export interface ObjectName {
  /** A kind as kubectl accepts it: singular, plural or short name, with or without `.group`. */
  readonly kind: string;
  readonly name: string;
  /** Has no effect for templates without a namespace, such as cluster-scoped objects. */
  readonly namespace: string;
}

/**
 * Returns the template with a kind, name and namespace.
 *
 * @throws NoSuchObjectError if no template has them. The message suggests the most similar name.
 * @throws Error if templates of several API groups have them. The message lists the kinds.
 */
export function findTemplate(
  templates: readonly Sourced[],
  { kind, name, namespace }: ObjectName,
): Sourced {
  const ofKind = templates.filter(({ object }) => isCalled(object, kind));
  const here = ofKind.filter(
    ({ object: { metadata } }) => (metadata.namespace ?? namespace) === namespace,
  );
  const found = here.filter(({ object }) => object.metadata.name === name);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first !== undefined) {
    const kinds = found.map(({ object }) => fullKindName(object));
    throw new Error(`${kind} is ambiguous: use ${kinds.join(' or ')}`);
  }
  throw new NoSuchObjectError(`no template for ${kind} ${name} in namespace ${namespace}${hint()}`);

  function hint(): string {
    const kinds = templates.map(({ object }) => object.kind.toLowerCase());
    if (ofKind.length === 0)
      return suggestion(nearestWord(kind, new Set(kinds)), 'no template has this kind');
    const elsewhere = ofKind.find(({ object }) => object.metadata.name === name);
    if (elsewhere !== undefined) return suggestion(describeObject(elsewhere.object), '');
    const names = here.map(({ object }) => object.metadata.name).sort(byText);
    return suggestion(
      nearestWord(name, names),
      `the namespace has ${names.join(', ') || 'none of this kind'}`,
    );
  }
}

function suggestion(word: string | undefined, otherwise: string): string {
  return word === undefined ? `: ${otherwise}` : `; did you mean ${word}?`;
}
