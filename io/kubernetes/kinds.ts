import { ClusterError } from '#syncer/cluster-error.ts';
import type { KindRef } from '#syncer/ports/cluster.ts';
import type { KubernetesHttp } from './http.ts';
import { readResourceList, rootOf } from './resource-list.ts';

/** The REST paths of one kind. */
export interface Resource {
  /** Path of the API version: `/api/v1` or `/apis/<group>/<version>`. */
  readonly root: string;
  /** The plural name, as in paths. */
  readonly name: string;
  readonly namespaced: boolean;
}

/** The kinds that one cluster serves. Asks the API server once per API version, and caches its answer. */
export class Kinds {
  readonly #http: KubernetesHttp;
  readonly #versions = new Map<string, Promise<ReadonlyMap<string, Resource>>>();

  constructor(http: KubernetesHttp) {
    this.#http = http;
  }

  /**
   * Returns the REST paths of a kind, or undefined when the cluster does not serve the kind at that
   * version.
   *
   * @throws ClusterError when the discovery of the API version fails
   */
  async find({ apiVersion, kind }: KindRef, signal: AbortSignal): Promise<Resource | undefined> {
    const shared = this.#versions.get(apiVersion);
    const resources = shared ?? this.#load(apiVersion, signal);
    this.#versions.set(apiVersion, resources);
    try {
      const found = (await resources).get(kind);
      // A missing kind is not cached, because a CRD may add it at any time.
      if (found === undefined) this.#versions.delete(apiVersion);
      return found;
    } catch (error) {
      if (this.#versions.get(apiVersion) === resources) this.#versions.delete(apiVersion);
      // The caller that sent the shared request has stopped, and this one has not.
      const isOthers = shared !== undefined && !(error instanceof ClusterError);
      if (isOthers && !signal.aborted) return this.find({ apiVersion, kind }, signal);
      throw error;
    }
  }

  /**
   * Returns the REST paths of a kind.
   *
   * @throws ClusterError as `find`, and `unknown-kind` when the cluster does not serve the kind
   */
  async get(kind: KindRef, signal: AbortSignal): Promise<Resource> {
    const resource = await this.find(kind, signal);
    if (resource !== undefined) return resource;
    const name = `${kind.kind} of ${kind.apiVersion}`;
    throw new ClusterError('unknown-kind', `the cluster has no kind ${name} (is its CRD missing?)`);
  }

  /** Discards the cached kinds, by default of all API versions, so that the next query asks the API server again. */
  forget(apiVersion?: string): void {
    if (apiVersion === undefined) this.#versions.clear();
    else this.#versions.delete(apiVersion);
  }

  async #load(apiVersion: string, signal: AbortSignal): Promise<ReadonlyMap<string, Resource>> {
    const resources = (await readResourceList(this.#http, apiVersion, signal)) ?? [];
    const root = rootOf(apiVersion);
    return new Map(
      resources.map(({ kind, name, namespaced }) => [kind, { root, name, namespaced }]),
    );
  }
}
