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

/** The objects of one kind that carry our label, at one moment of the member cluster. */
export interface Listing {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
  /** There are more than `atMost`: these are some of them. */
  readonly isCut?: true;
}

export type WatchEvent =
  | { readonly type: 'changed'; readonly object: KubeObject }
  | { readonly type: 'deleted'; readonly object: KubeObject }
  /** Nothing of ours changed up to this resourceVersion. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/** Objects of one kind by a label; `metadata` brings them without spec, data and status. */
export interface ObjectQuery {
  readonly kind: KindRef;
  /** A label selector; '' for every object. */
  readonly label: string;
  readonly detail: 'metadata' | 'object';
  /** All namespaces unless given. */
  readonly namespace?: string;
  /** Of a list: no more than so many are asked for. */
  readonly atMost?: number;
}

/** A watch from `resourceVersion` on. */
export interface WatchRequest {
  readonly selection: ObjectQuery;
  readonly resourceVersion: string;
  readonly onEvent: (event: WatchEvent) => void;
}

/** A kind that a cluster serves. */
export interface ServedKind extends KindRef {
  readonly namespaced: boolean;
}

/** A label on one object. */
export interface Labelled {
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly label: string;
}

/** Asked when a write is about to be sent, after whatever had to be awaited; throws when it may not be. */
export type SendCheck = () => void;

/** One member cluster. Every call is bounded in time, and rejects with a ClusterError. */
export interface ClusterPort {
  /** The namespaces that it shows; all of them unless given. */
  readonly namespaces?: readonly string[] | undefined;
  /** Whether objects of the kind live in namespaces; undefined when the cluster doesn't know it. */
  isNamespaced(kind: KindRef, signal: AbortSignal): Promise<boolean | undefined>;
  /** Every kind that can be listed and deleted, at the version that the cluster prefers. */
  kinds(signal: AbortSignal): Promise<readonly ServedKind[]>;
  /** Forgets what it knows of kinds, so that a CRD just made is seen. */
  forgetKinds(): void;
  read(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined>;
  /** Server-side apply under our field manager, taking over fields of others. */
  apply(
    object: KubeObject,
    how: ApplyOptions,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<Applied>;
  /** Replaces `metadata.managedFields` of a live object, if it is still as it was read. */
  patchManagedFields(
    live: KubeObject,
    managedFields: readonly object[],
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<KubeObject>;
  /** Takes a label off the object with that uid; nothing happens when there is none. */
  removeLabel(target: Labelled, signal: AbortSignal, check?: SendCheck): Promise<void>;
  /** Deletes in the background, that uid only; `deleting` when finalizers hold the object up. */
  delete(
    ref: ObjectRef,
    uid: string,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<'gone' | 'deleting'>;
  /** Replaces what is still at that resourceVersion, or makes what has none; undefined when somebody was faster. */
  compareAndSwap(
    object: KubeObject,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<KubeObject | undefined>;
  list(selection: ObjectQuery, signal: AbortSignal): Promise<Listing>;
  /** Resolves when the server ends the watch; rejects when it broke or its start is too old. */
  watch(request: WatchRequest, signal: AbortSignal): Promise<void>;
}

export interface ApplyOptions {
  readonly dryRun: boolean;
  /** Whether fields of others are taken over: true unless given. */
  readonly force?: boolean;
}

/** The member clusters that can be reached. */
export interface FleetPort {
  /** Every cluster name there are credentials for. */
  readonly clusters: readonly string[];
  connect(cluster: string): ClusterPort;
}
