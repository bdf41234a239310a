import type { SyncSettings } from '#model/sync-settings.ts';
import type { Member } from '../member.ts';
import type { Leaving } from './leaving.ts';

/** The state that the actions of one turn share. */
export interface Turn {
  readonly member: Member;
  /** Settings of the commit that the turn reconciles. */
  readonly settings: SyncSettings;
  /** Ends the turn after the objects in progress. */
  readonly stop: AbortSignal;
  /** The objects that left Git; absent where the caller writes nothing. */
  readonly leaving?: Leaving;
}
