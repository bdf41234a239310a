/** What the syncer needs of member clusters. io/kubernetes implements it; tests have fakes backed by Maps. */
import type { KubeObject } from '#model/object.ts';
import type { FieldValidation } from '#model/sync-settings.ts';

/** A kind at one API version, with `apiVersion` as in manifests. */
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

/** An event of a watch. */
export type WatchEvent =
  | { readonly type: 'changed'; readonly object: KubeObject }
  | { readonly type: 'deleted'; readonly object: KubeObject }
  /** No selected object changed up to this resourceVersion. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/** Selects objects of one kind. */
export interface ObjectQuery {
  readonly kind: KindRef;
  /** A label selector; '' for every object. */
  readonly label: string;
  /** With `metadata`, the API server returns the objects without spec, data and status. */
  readonly detail: 'metadata' | 'object';
  /** The namespace of the objects; absent means all namespaces. */
  readonly namespace?: string;
  /** The only object to watch; absent means all of them. */
  readonly name?: string;
  /** Maximum number of objects that a list returns. */
  readonly atMost?: number;
  /** True if a list may come from the API server's own cache, which may be a moment old and costs etcd nothing. */
  readonly mayBeOld?: true;
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

/** What discovery shows of a cluster. */
export interface Discovery {
  readonly kinds: readonly ServedKind[];
  /** API groups that may serve further kinds, because discovery of them is stale, failed or is unreadable. */
  readonly unknownGroups: readonly string[];
}

/** Labels on the object with that uid. */
export interface Labelled {
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly labels: readonly string[];
}

/** Changes of a live object's metadata that say who owns the object. */
export interface OwnershipPatch {
  /** The field manager of the patch. */
  readonly manager: string;
  readonly managedFields: readonly object[];
  /** Labels to set; others stay. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Called right before the port sends a write. Throws if the syncer must not write any more. */
export type SendCheck = () => void;

/**
 * The reason with which a signal aborts a write that must not take effect any more. With any other reason, the
 * cluster may still carry out a write that it has received.
 */
export class WriteCut extends Error {
  override name = 'WriteCut';
}

/** A request that the API server has not answered yet, or that waits for its credentials. */
export interface Unanswered {
  /** Names the request: `PATCH Deployment shop/web`. */
  readonly request: string;
  /** What it waits for. Until it has credentials, it is not sent. */
  readonly waitsFor: 'credentials' | 'answer';
  /** Time since it waits, in milliseconds. */
  readonly ms: number;
}

/** One member cluster. Every call has a maximum time. A failed call rejects with a ClusterError. */
export interface ClusterPort {
  /** The namespaces that the port can read; absent means all namespaces. */
  readonly namespaces?: readonly string[] | undefined;
  /** Returns the time of the API server in milliseconds since the epoch; undefined before its first answer. */
  serverTime?(): number | undefined;
  /** Returns the request that has been unanswered for the longest time; undefined if the server has answered all. */
  unanswered?(): Unanswered | undefined;
  /** Reports whether the kind is namespaced; undefined if the cluster does not serve the kind. */
  isNamespaced(kind: KindRef, signal: AbortSignal): Promise<boolean | undefined>;
  /** Returns every kind whose objects a client can list and delete, at the cluster's preferred version. */
  discover(signal: AbortSignal): Promise<Discovery>;
  /** Drops cached discovery, by default of all API versions, so that the next call finds a new or changed CRD. */
  forgetKinds(apiVersion?: string): void;
  read(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined>;
  /** Applies an object by server-side apply as the field manager in `how`. By default it takes over other managers' fields. */
  apply(
    object: KubeObject,
    how: ApplyOptions,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<Applied>;
  /** Replaces `metadata.managedFields` of a live object and sets labels, if its resourceVersion is unchanged. */
  patchOwnership(
    live: KubeObject,
    patch: OwnershipPatch,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<KubeObject>;
  /** Removes labels from the object with that uid. Does nothing if there is no such object. */
  removeLabels(target: Labelled, signal: AbortSignal, check?: SendCheck): Promise<void>;
  /** Deletes the object with that uid in the background; `deleting` while finalizers keep it. */
  delete(
    ref: ObjectRef,
    uid: string,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<'gone' | 'deleting'>;
  /**
   * Replaces the object if its resourceVersion is unchanged, or creates it if it has no resourceVersion.
   * Resolves to undefined if another client wrote the object first.
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

/** Options of a server-side apply. */
export interface ApplyOptions {
  readonly dryRun: boolean;
  /** The field manager. */
  readonly manager: string;
  /** Whether to take over other managers' fields; true by default. */
  readonly force?: boolean;
  /** What the API server does about unknown fields; it rejects them by default. */
  readonly fieldValidation?: FieldValidation;
}

/** The member clusters for which the syncer has credentials. */
export interface FleetPort {
  /** Names of the clusters that the credentials cover. */
  readonly clusters: readonly string[];
  connect(cluster: string): ClusterPort;
}
