import type { AccessOptions } from './access.ts';
import type { VerifyOptions } from './verify.ts';

/** Where a fleet repository is, and how the syncer fetches it. */
export interface GitOptions {
  /** A local path or any URL that git understands. */
  readonly repo: string;
  readonly branch: string;
  /** Path of the rendered root, below the repository's root. */
  readonly path: string;
  /** Directory of the clones. Git can fetch everything in them again. */
  readonly stateDirectory: string;
  /** Whether the syncer accepts a branch that was reset or force-pushed. */
  readonly allowRewind: boolean;
  /** The clusters whose directories the syncer fetches and reads. Without names, it reads all of them. */
  readonly clusters?: readonly string[] | undefined;
  /** Whether git fetches all files, as a compile needs, or only the rendered ones. */
  readonly whole?: boolean;
  /** How git logs in to the server and verifies it. */
  readonly access?: AccessOptions;
  /** Maximum size of one fetch, in bytes; 1 GiB unless given. */
  readonly maxFetchBytes?: number | undefined;
  /** Called when the Git server has sent nothing for `ms` milliseconds, while git still waits for it. */
  readonly onSilence?: (ms: number) => void;
  /** The signatures that a commit needs before it is accepted. */
  readonly verify?: VerifyOptions | undefined;
}
