/** What the syncer needs of the fleet repository, the compiler and SOPS. */
import type { Diagnostic } from '#model/diagnostic.ts';
import type { KubeObject } from '#model/object.ts';
import type { Origin } from '#model/origin.ts';
import type { SealingRules } from '#model/sync-settings.ts';

/** One file of a rendered directory, without its content. */
export interface GitFile {
  /** Path below the rendered root: `<cluster>/<namespace>/<file>`. */
  readonly path: string;
  /** Git object id of the content. */
  readonly oid: string;
  /** The file's type in Git. The syncer refuses every type but `file`. */
  readonly type: 'file' | 'symlink' | 'submodule';
  /** Size in bytes; 0 if the entry is not a file. */
  readonly size: number;
}

/** The rendered root at one commit. */
export interface RenderedTree {
  readonly commit: string;
  /** Path of the rendered root in the repository. */
  readonly root: string;
  /** Cluster directory → Git tree id. */
  readonly clusters: ReadonlyMap<string, string>;
  readonly files: readonly GitFile[];
  /** Git object id of regatta.yaml, if the repository has one. */
  readonly settings?: string;
}

/** The fleet repository: a clone of the syncer's own, never the user's work tree. */
export interface SourcePort {
  readonly origin: Origin;
  /** Fetches the branch and resolves to its head. */
  fetch(signal: AbortSignal): Promise<string>;
  /** Returns the last accepted commit, also from an earlier process, without contacting the Git server. */
  last(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Returns the rendered root at a fetched commit; undefined if that commit has no rendered root. A source for some
   * clusters shows their directories alone.
   */
  tree(commit: string, signal: AbortSignal): Promise<RenderedTree | undefined>;
  /** Returns the names of all clusters with a directory at a fetched commit, also of those that the source does not read. */
  clusterNames(commit: string, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Returns file contents by object id.
   *
   * @throws Error if a content is missing or incomplete
   */
  read(oids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

/** A commit that deletes rendered files, of any cluster. */
export interface DeletingCommit {
  readonly commit: string;
  /** All rendered files of the branch before the commit and with it. A merge counts as one commit of the branch. */
  readonly before: readonly GitFile[];
  readonly after: readonly GitFile[];
}

/** A source that can show what earlier commits deleted. */
export interface DeletionHistory {
  /**
   * Returns the commits that the branch got after `before` up to `commit` and that delete rendered files, newest
   * first. `read` then returns the contents of these files. Fetches history that the clone lacks.
   *
   * @throws Error if git fails, or if `commit` does not descend from `before`
   */
  deletingCommits(
    before: string,
    commit: string,
    signal: AbortSignal,
  ): Promise<readonly DeletingCommit[]>;
}

/** A source that can compare its commits. */
export interface FollowedSource extends SourcePort, DeletionHistory {
  /**
   * Reports whether `commit` is `before` or descends from it. Fetches history that the clone lacks.
   *
   * @throws Error if git fails or cannot fetch the history
   */
  goesOnFrom(before: string, commit: string, signal: AbortSignal): Promise<boolean>;
}

/** A source that the syncer can commit and push to, for `--compile`. */
export interface PublishingPort extends FollowedSource {
  /** Creates a work tree with the files of a fetched commit, and removes the previous one. Resolves to its path. */
  checkout(commit: string, signal: AbortSignal): Promise<string>;
  /** Commits all changes in the work tree. Resolves to the commit; undefined if the work tree has no changes. */
  commit(message: string, signal: AbortSignal): Promise<string | undefined>;
  /** Pushes to the branch. Resolves to `raced` if the branch has moved since the fetch. */
  push(commit: string, signal: AbortSignal): Promise<'pushed' | 'raced'>;
}

/** The newest commit that wrote rendered files. */
export interface LastRender {
  readonly commit: string;
  /** Whether files outside of the output folders have changed since the commit that was compiled. */
  readonly isOutdated: boolean;
}

/** A source that shows whether its rendered files are those of its other files. */
export interface RenderingPort extends Pick<PublishingPort, 'checkout'> {
  /**
   * Returns the newest commit that wrote into an output folder: a fetched commit or one before it. Undefined if that
   * commit is too old.
   */
  lastRender(
    commit: string,
    outputs: readonly string[],
    signal: AbortSignal,
  ): Promise<LastRender | undefined>;
  /** Reports whether the work tree differs from its commit. */
  hasChanges(signal: AbortSignal): Promise<boolean>;
}

/**
 * Compiles a directory and writes the output into it. If the sources have errors, `ok` is false and
 * the port writes nothing. cli/ implements it.
 *
 * @throws the reason of `signal` when it aborts
 */
export type CompilerPort = (directory: string, signal: AbortSignal) => Promise<Compiled>;

/** The result of a compile. */
export interface Compiled {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** The limit that the compile exceeded, such as `the compile needed more than 1024 MiB`. */
  readonly exceeded?: string;
}

/** Decrypts objects of the repository, in memory. Without this port, the syncer refuses encrypted objects. */
export interface SecretsPort {
  unseal(object: KubeObject, rules: SealingRules): Promise<Unsealed>;
}

/** The result of a decryption. */
export type Unsealed =
  | {
      readonly type: 'unsealed';
      readonly object: KubeObject;
      /** What the author should change, as the end of a sentence that starts with "Secret shop/db". */
      readonly warning?: string;
    }
  /** Why the port cannot decrypt the object, as the end of a sentence that starts with "Secret shop/db". */
  | { readonly type: 'sealed'; readonly reason: string; readonly lacksKey?: true };
