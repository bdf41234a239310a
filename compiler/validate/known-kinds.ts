import { gvkOf, type KubeObject } from '#model/object.ts';
import type { KnownSchemas } from '#model/schema.ts';
import { type CustomKind, kindsIn, type Rendered, type RepositoryKinds } from './definitions.ts';
import { wellKnownKinds } from './well-known.ts';

/** The known kinds of a validation: built-in kinds, those of the repository, and Istio's. */
export class KnownKinds {
  readonly repository: RepositoryKinds;
  readonly #known: KnownSchemas;
  readonly #wellKnown: ReadonlyMap<string, CustomKind>;

  constructor(known: KnownSchemas, objects: readonly Rendered[]) {
    this.#known = known;
    this.#wellKnown = wellKnownKinds(known);
    this.repository = kindsIn(objects);
  }

  /** Reports whether the newest Kubernetes release serves the version of the kind itself. */
  isBuiltin(object: KubeObject): boolean {
    const { group, version, kind } = gvkOf(object);
    return this.#known.kubernetes.kinds[`${group}/${version}/${kind}`] !== undefined;
  }

  isWellKnown(object: KubeObject): boolean {
    return serves(this.#wellKnownKind(object), object);
  }

  /** Returns the definition that serves an object. The repository's takes precedence over a shipped one. */
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
