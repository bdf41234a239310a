import { digestOf, digestOfData } from '#model/files.ts';
import type { KubeObject } from '#model/object.ts';
import type { CheckRequest, Labels, ObjectCheck } from '#model/object-check.ts';

/** Everything besides the object that determines an answer. */
export interface Surroundings {
  readonly release: string;
  /** The CustomResourceDefinition of the object's kind; absent for built-in kinds. */
  readonly definition: KubeObject | undefined;
  readonly policies: readonly KubeObject[];
  /** Labels of the object's namespace; undefined if the repository does not contain the namespace. */
  readonly namespaceLabels: Labels | undefined;
}

/** An object or an update to check. */
export interface Subject extends Omit<ObjectCheck, 'id'> {
  readonly surroundings: Surroundings;
}

/**
 * Collects checks into as few requests as possible. Merges equal checks, and adds to a request every check
 * whose surroundings do not conflict with those of its other checks.
 */
export class CheckRequests {
  readonly #open = new Map<string, Group[]>();
  readonly #ids = new Set<string>();

  /** @returns the id of the check */
  add({ object, old, surroundings }: Subject): string {
    const id = idOf({ object, surroundings, ...(old && { old }) });
    if (this.#ids.has(id)) return id;
    this.#ids.add(id);
    const { release, policies } = surroundings;
    const key = digestOf(JSON.stringify([release, policies.map(digestOfData)]));
    const groups = this.#open.get(key) ?? [];
    const namespace = namespaceOf(object);
    const group =
      groups.find((one) => fits(one, namespace, surroundings)) ?? emptyGroup(surroundings);
    if (!groups.includes(group)) this.#open.set(key, [...groups, group]);
    place(group, namespace, surroundings);
    group.checks.push({ id, object, ...(old && { old }) });
    return id;
  }

  get requests(): readonly CheckRequest[] {
    return [...this.#open.values()].flat().map((group) => ({
      release: group.release,
      policies: group.policies,
      definitions: [...group.definitions.values()],
      namespaces: namespacesIn(group),
      checks: group.checks,
    }));
  }
}

interface Group extends Pick<CheckRequest, 'release' | 'policies'> {
  readonly definitions: Map<string, KubeObject>;
  /** Labels by namespace; undefined if the repository does not contain the namespace. */
  readonly namespaces: Map<string, Labels | undefined>;
  readonly checks: ObjectCheck[];
}

function emptyGroup({ release, policies }: Surroundings): Group {
  return { release, policies, definitions: new Map(), namespaces: new Map(), checks: [] };
}

function namespacesIn({ namespaces }: Group): CheckRequest['namespaces'] {
  const made = [...namespaces].flatMap(([name, labels]) => (labels ? [[name, labels]] : []));
  return Object.fromEntries(made);
}

/** Reports whether a check fits a group: its definition and namespace labels must equal those in the group. */
function fits(
  { definitions, namespaces }: Group,
  namespace: string,
  { definition, namespaceLabels }: Surroundings,
): boolean {
  const known = definition && definitions.get(definition.metadata.name);
  const isDefined = known === undefined || isSame(known, definition);
  return (
    isDefined && (!namespaces.has(namespace) || isSame(namespaces.get(namespace), namespaceLabels))
  );
}

function isSame(a: object | undefined, b: object | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && digestOfData(a) === digestOfData(b));
}

function place(
  { definitions, namespaces }: Group,
  namespace: string,
  { definition, namespaceLabels }: Surroundings,
): void {
  if (definition !== undefined) definitions.set(definition.metadata.name, definition);
  namespaces.set(namespace, namespaceLabels);
}

function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? '';
}

function idOf({ object, old, surroundings }: Subject): string {
  const { release, definition, policies, namespaceLabels } = surroundings;
  const context = [definition && digestOfData(definition), policies.map(digestOfData)];
  return digestOf(JSON.stringify([release, context, namespaceLabels, object, old]));
}
