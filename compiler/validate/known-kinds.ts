import { gvkOf, type KubeObject } from '#model/object.ts';
import type { KnownSchemas } from '#model/schema.ts';
import { type CustomKind, kindsIn, type Rendered, type RepositoryKinds } from './definitions.ts';
import { wellKnownKinds } from './well-known.ts';

/** The kinds that a validation knows: Kubernetes' own, those of the repository, and Istio's. */
export class KnownKinds {
  readonly repository: RepositoryKinds;
  readonly #known: KnownSchemas;
  readonly #wellKnown: ReadonlyMap<string, CustomKind>;

  constructor(known: KnownSchemas, objects: readonly Rendered[]) {
    this.#known = known;
    this.#wellKnown = wellKnownKinds(known);
    this.repository = kindsIn(objects);
  }

  /** Whether Kubernetes itself serves the version of the kind, as of the newest release. */
  isBuiltin(object: KubeObject): boolean {
    const { group, version, kind } = gvkOf(object);
    return this.#known.kubernetes.kinds[`${group}/${version}/${kind}`] !== undefined;
  }

  isWellKnown(object: KubeObject): boolean {
    return serves(this.#wellKnownKind(object), object);
  }

  /** The definition that serves an object; the repository's comes before one that Regatta brings. */
  definitionOf(object: KubeObject, cluster: string): KubeObject | undefined {
    const kind = this.repository.of(object, cluster) ?? this.#wellKnownKind(object);
    return serves(kind, object) ? kind?.definition : undefined;
  }

  #wellKnownKind(object: KubeObject): CustomKind | undefined {
    const { group, kind } = gvkOf(object);
    return this.#wellKnown.get(`${group}/${kind}`);
  }
}

function serves(kind: CustomKind | undefined, object: KubeObject): boolean {
  return kind?.served.includes(gvkOf(object).version) === true;
}
