/** The resource types that a cluster serves: built-in types and those that CRDs define. */
import type { KubeObject } from '../object.ts';
import { builtinResources } from './builtin.ts';
import { customResources } from './custom.ts';
import type { Resource } from './resource.ts';

export class Registry {
  readonly #custom = new Map<string, readonly Resource[]>();

  /** Returns every served type, built-in types first. */
  all(): Resource[] {
    return [...builtinResources, ...[...this.#custom.values()].flat()];
  }

  /** Finds a type by its plural name, or returns undefined for a type that the cluster does not serve. */
  find(group: string, version: string, plural: string): Resource | undefined {
    return this.all().find(
      (one) => one.group === group && one.version === version && one.plural === plural,
    );
  }

  /** Finds a type by kind, in the first served version. */
  findKind(group: string, kind: string): Resource | undefined {
    return this.all().find((one) => one.group === group && one.kind === kind);
  }

  /** Reports whether the cluster serves a type at this group and version. */
  hasVersion(group: string, version: string): boolean {
    return this.all().some((one) => one.group === group && one.version === version);
  }

  /** Serves the types of a CustomResourceDefinition. They replace those of its previous state. */
  define(definition: KubeObject): void {
    this.#custom.set(definition.metadata.name, customResources(definition));
  }

  /** Stops serving the types of a CustomResourceDefinition. */
  undefine({ metadata }: KubeObject): void {
    this.#custom.delete(metadata.name);
  }
}
