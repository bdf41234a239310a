import type { Listing, ObjectQuery, WatchEvent, WatchRequest } from '#syncer/ports/cluster.ts';
import { KubernetesCluster } from './cluster.ts';
import type { KubernetesHttp } from './http.ts';

/**
 * A cluster of which Regatta manages only some namespaces. A list or watch of all namespaces becomes
 * one list or watch per managed namespace. Cluster-scoped kinds are not affected.
 */
export class NamespacedCluster extends KubernetesCluster {
  readonly namespaces: readonly string[];

  constructor(http: KubernetesHttp, namespaces: readonly string[]) {
    super(http);
    this.namespaces = namespaces;
  }

  /**
   * Lists the objects of all managed namespaces. The resourceVersion contains one version per
   * namespace, and only `watch` can read it.
   */
  override async list(selection: ObjectQuery, signal: AbortSignal): Promise<Listing> {
    if (!(await this.#isDivided(selection, signal))) return super.list(selection, signal);
    const lists = this.namespaces.map((namespace) =>
      super.list({ ...selection, namespace }, signal),
    );
    const listings = await Promise.all(lists);
    return {
      objects: listings.flatMap(({ objects }) => objects),
      resourceVersion: listings.map(({ resourceVersion }) => resourceVersion).join(','),
    };
  }

  /**
   * Watches all managed namespaces. With several namespaces it never resolves, because it restarts
   * each watch that the server closes.
   */
  override async watch(request: WatchRequest, signal: AbortSignal): Promise<void> {
    const { selection, resourceVersion } = request;
    if (!(await this.#isDivided(selection, signal))) return super.watch(request, signal);
    const broken = new AbortController();
    const stop = AbortSignal.any([signal, broken.signal]);
    const starts = resourceVersion.split(',');
    const parts = this.namespaces.map((namespace, i) =>
      this.#follow({ ...request, resourceVersion: starts[i] ?? '' }, namespace, stop),
    );
    try {
      await Promise.all(parts);
    } finally {
      broken.abort();
    }
  }

  async #follow(request: WatchRequest, namespace: string, stop: AbortSignal): Promise<void> {
    const selection = { ...request.selection, namespace };
    let { resourceVersion } = request;
    const onEvent = (event: WatchEvent) => {
      resourceVersion = versionOf(event);
      if (event.type !== 'bookmark') request.onEvent(event);
    };
    while (!stop.aborted) await super.watch({ selection, resourceVersion, onEvent }, stop);
  }

  async #isDivided({ kind, namespace }: ObjectQuery, signal: AbortSignal): Promise<boolean> {
    return namespace === undefined && (await this.isNamespaced(kind, signal)) === true;
  }
}

function versionOf(event: WatchEvent): string {
  if (event.type === 'bookmark') return event.resourceVersion;
  return String(event.object.metadata.resourceVersion ?? '');
}
