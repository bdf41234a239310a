import type { KubeObject, ObjectKey } from '#model/object.ts';
import type { Health } from './health/rule.ts';

/** Where a loop stands. */
export type LoopState =
  /** Turns are under way, or will be tried again. */
  | { readonly type: 'working'; readonly reason: string }
  /** The cluster equals its directory at `commit`. */
  | { readonly type: 'synced'; readonly commit: string }
  /** Trying again as it is will not help. */
  | { readonly type: 'stalled'; readonly reason: string };

/** An object that Git wants and that is not ready. */
export interface Unready {
  readonly key: ObjectKey;
  readonly object: KubeObject;
  readonly health: Health;
}
