/** What the syncer needs of member clusters. io/kubernetes implements it; tests have fakes backed by Maps. */
import type { KubeObject } from '#model/object.ts';

/** A kind at one API version; `apiVersion` as in manifests. */
export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
}

/** One object in a member cluster. Its namespace is absent when it is cluster-scoped. */
export interface ObjectRef extends KindRef {
  readonly namespace?: string;
  readonly name: string;
}

/** The outcome of a server-side apply. */
export interface Applied {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** The objects that match a query, at one resourceVersion. */
export interface Listing {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
  /** True when the cluster has more than `atMost` objects; these are some of them. */
  readonly isCut?: true;
}

export type WatchEvent =
  | { readonly type: 'changed'; readonly object: KubeObject }
  | { readonly type: 'deleted'; readonly object: KubeObject }
  /** No selected object changed up to this resourceVersion. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/** Selects objects of one kind. `metadata` returns them without spec, data and status. */
export interface ObjectQuery {
  readonly kind: KindRef;
  /** A label selector; '' for every object. */
  readonly label: string;
  readonly detail: 'metadata' | 'object';
  /** All namespaces by default. */
  readonly namespace?: string;
  /** Maximum number of objects that a list returns. */
  readonly atMost?: number;
}

/** A watch that starts at `resourceVersion`. */
export interface WatchRequest {
  readonly selection: ObjectQuery;
  readonly resourceVersion: string;
  readonly onEvent: (event: WatchEvent) => void;
}

/** A kind that a cluster serves. */
export interface ServedKind extends KindRef {
  readonly namespaced: boolean;
}

/** A label on the object with that uid. */
export interface Labelled {
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly label: string;
}

/** Called right before a write is sent. Throws when the write is not allowed any more. */
export type SendCheck = () => void;

/** One member cluster. Every call is limited in time, and rejects with a ClusterError. */
export interface ClusterPort {
  /** The namespaces that the port can read; all by default. */
  readonly namespaces?: readonly string[] | undefined;
  /** Reports whether the kind is namespaced; undefined if the cluster does not serve it. */
  isNamespaced(kind: KindRef, signal: AbortSignal): Promise<boolean | undefined>;
  /** Returns every kind that can be listed and deleted, at the cluster's preferred version. */
  kinds(signal: AbortSignal): Promise<readonly ServedKind[]>;
  /** Drops cached discovery, so that a new CRD is found. */
  forgetKinds(): void;
  read(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined>;
  /** Server-side apply as field manager `regatta`. By default it takes over other managers' fields. */
  apply(
    object: KubeObject,
    how: ApplyOptions,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<Applied>;
  /** Replaces `metadata.managedFields` of a live object, if its resourceVersion is unchanged. */
  patchManagedFields(
    live: KubeObject,
    managedFields: readonly object[],
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<KubeObject>;
  /** Removes a label from the object with that uid. Does nothing if there is no such object. */
  removeLabel(target: Labelled, signal: AbortSignal, check?: SendCheck): Promise<void>;
  /** Deletes the object with that uid in the background; `deleting` while finalizers keep it. */
  delete(
    ref: ObjectRef,
    uid: string,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<'gone' | 'deleting'>;
  /**
   * Replaces the object if its resourceVersion is unchanged; creates an object without one. Resolves to
   * undefined if another client was faster.
   */
  compareAndSwap(
    object: KubeObject,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<KubeObject | undefined>;
  list(selection: ObjectQuery, signal: AbortSignal): Promise<Listing>;
  /** Resolves when the server ends the watch; rejects when it breaks or its start is too old. */
  watch(request: WatchRequest, signal: AbortSignal): Promise<void>;
}

export interface ApplyOptions {
  readonly dryRun: boolean;
  /** Whether to take over other managers' fields; true by default. */
  readonly force?: boolean;
}

/** The member clusters that can be reached. */
export interface FleetPort {
  /** Names of the clusters that the credentials cover. */
  readonly clusters: readonly string[];
  connect(cluster: string): ClusterPort;
}
