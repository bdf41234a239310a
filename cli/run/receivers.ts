import type { ReportEvent } from '#syncer/report/events.ts';
import type { OnTurn } from '#syncer/report/turns.ts';

/** Somebody who is told what a syncer does. */
export interface Receiver {
  readonly heard?: ReportEvent;
  readonly turned?: OnTurn;
  /** Lets go; what is not told by then may take so many milliseconds. */
  close?(ms: number): Promise<void>;
}

/** One that tells all of them. */
export function together(receivers: readonly Receiver[]): Required<Receiver> {
  return {
    heard: (event) => {
      for (const { heard } of receivers) heard?.(event);
    },
    turned: (turn) => {
      for (const { turned } of receivers) turned?.(turn);
    },
    close: async (ms) => {
      await Promise.all(receivers.map((receiver) => receiver.close?.(ms)));
    },
  };
}
