/** What the syncer needs of the fleet repository, the compiler and SOPS. */
import type { Diagnostic } from '#model/diagnostic.ts';
import type { KubeObject } from '#model/object.ts';

/** One file of a rendered directory, not read yet. */
export interface GitFile {
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
  readonly files: readonly GitFile[];
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
