/** What the syncer needs of the world. io/ implements these; tests have fakes backed by Maps. */
import type { Diagnostic } from '#model/diagnostic.ts';
import type { KubeObject } from '#model/object.ts';

/** Our name in managedFields. */
export const fieldManager = 'regatta';

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

/** What names an object in its cluster. */
export function refFor({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}

/** One file of a rendered directory, not read yet. */
export interface RenderedFile {
  /** Below the rendered root: `<cluster>/<namespace>/<file>`. */
  readonly path: string;
  /** Git object id of its content. */
  readonly oid: string;
  /** What Git says it is; anything but `file` is refused. */
  readonly type: 'file' | 'symlink' | 'submodule';
  /** Bytes; 0 when not a file. */
  readonly size: number;
}

/** The rendered root at one commit. */
export interface RenderedTree {
  readonly commit: string;
  /** Cluster directory → Git tree id. */
  readonly clusters: ReadonlyMap<string, string>;
  readonly files: readonly RenderedFile[];
  /** Git object id of regatta.yaml, if the repository has one. */
  readonly settings?: string;
}

/** The fleet repository: a clone of our own, never the user's work tree. */
export interface SourcePort {
  /** Fetches the branch and resolves to the commit it is at. */
  fetch(signal: AbortSignal): Promise<string>;
  /** The commit that was accepted last, also by a process before; asks nobody. */
  last(signal: AbortSignal): Promise<string | undefined>;
  /** The rendered root at a fetched commit; undefined when that commit has none. */
  tree(commit: string, signal: AbortSignal): Promise<RenderedTree | undefined>;
  /** File contents by object id. @throws Error unless all of them have come, each of them whole */
  read(oids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** A source whose commits can be compared. */
export interface FollowedSource extends SourcePort {
  /**
   * Whether `commit` is `before` or goes on from it. Fetches history that the clone lacks.
   *
   * @throws Error when that cannot be found out
   */
  goesOnFrom(before: string, commit: string, signal: AbortSignal): Promise<boolean>;
}

/** A source that can be written to, for `--compile`. */
export interface PublishingPort extends FollowedSource {
  /** A work tree of its own with the files of a fetched commit; the one before is gone. */
  checkout(commit: string, signal: AbortSignal): Promise<string>;
  /** Commits all changes in the work tree; undefined when there are none. */
  commit(message: string, signal: AbortSignal): Promise<string | undefined>;
  /** Pushes to the branch; `raced` when it has moved on meanwhile. */
  push(commit: string, signal: AbortSignal): Promise<'pushed' | 'raced'>;
}

/**
 * The compiler as the syncer sees it; cli/ gives it. Writes its output into the directory, unless
 * the sources have errors: then `ok` is false and nothing is written.
 */
export type CompilerPort = (
  directory: string,
) => Promise<{ readonly ok: boolean; readonly diagnostics: readonly Diagnostic[] }>;

/** Opens what is encrypted in Git, in memory. Without it, nothing that is encrypted is applied. */
export interface SecretsPort {
  unseal(object: KubeObject): Promise<Unsealed>;
}

export type Unsealed =
  | { readonly type: 'unsealed'; readonly object: KubeObject }
  /** Completes "Secret shop/db …". */
  | { readonly type: 'sealed'; readonly reason: string };

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
export interface Selection {
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
  readonly selection: Selection;
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
  reassign(
    live: KubeObject,
    managedFields: readonly object[],
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<KubeObject>;
  /** Takes a label off the object with that uid; nothing happens when there is none. */
  unlabel(target: Labelled, signal: AbortSignal, check?: SendCheck): Promise<void>;
  /** Deletes in the background, that uid only; `deleting` when finalizers hold the object up. */
  delete(
    ref: ObjectRef,
    uid: string,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<'gone' | 'deleting'>;
  /** Replaces what is still at that resourceVersion, or makes what has none; undefined when somebody was faster. */
  swap(object: KubeObject, signal: AbortSignal, check?: SendCheck): Promise<KubeObject | undefined>;
  list(selection: Selection, signal: AbortSignal): Promise<Listing>;
  /** Resolves when the server ends the watch; rejects when it broke or its start is too old. */
  watch(request: WatchRequest, signal: AbortSignal): Promise<void>;
}

export interface ApplyOptions {
  readonly dryRun: boolean;
  /** Whether fields of others are taken over: true unless given. */
  readonly force?: boolean;
}

/**
 * `unreachable`: no answer; `throttled`: the server has too much to do (429); `transient`: it may
 * work later as it is (5xx, conflicts); `rejected`: it will not, until Git or the cluster changes;
 * `forbidden`: rejected because we may not do it; `immutable`: rejected because a field of the live object can't be changed.
 */
export type ClusterErrorReason =
  | 'unreachable'
  | 'throttled'
  | 'transient'
  | 'rejected'
  | 'forbidden'
  | 'immutable'
  | 'unknown-kind';

interface ClusterErrorOptions extends ErrorOptions {
  readonly retryAfterMs?: number | undefined;
  readonly forbiddenFields?: readonly string[] | undefined;
}

/** Why a call to a member cluster failed. */
export class ClusterError extends Error {
  override name = 'ClusterError';
  readonly reason: ClusterErrorReason;
  /** Milliseconds after which the server wants to be asked again, if it says so. */
  readonly retryAfterMs: number | undefined;
  /** Paths of the fields that may not be there beside others, as the API server writes them. */
  readonly forbiddenFields: readonly string[];
  constructor(reason: ClusterErrorReason, message: string, options: ClusterErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
    this.forbiddenFields = options.forbiddenFields ?? [];
  }

  /** Whether trying again as it is will not help. */
  get isLasting(): boolean {
    return ['rejected', 'forbidden', 'immutable'].includes(this.reason);
  }
}

/** For writes: a stop lets the object in hand finish. Their time is bounded by the port. */
export const unstoppable: AbortSignal = new AbortController().signal;

/** The member clusters that can be reached. */
export interface FleetPort {
  /** Every cluster name there are credentials for. */
  readonly clusters: readonly string[];
  connect(cluster: string): ClusterPort;
}

/** When clusters have last answered on this machine, as a help for people; it may be forgotten. */
export interface SightingsPort {
  /** Milliseconds since the epoch. */
  last(cluster: string): Promise<number | undefined>;
  note(cluster: string, at: number): Promise<void>;
}

/** Who this process is as a holder of Leases: by a name of its own, and by where it runs ('' if unknown). */
export interface HolderPort {
  readonly name: string;
  readonly process: string;
  /** Whether the process that told this of itself has ended; false if that can't be known here. */
  hasEnded(process: string): boolean;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment; nobody sets it, but it may stand still while the machine sleeps. */
  uptime(): number;
  /** Rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Structured logs: data first, a constant message. Never an object's body: Secrets live there. */
export interface Log {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
