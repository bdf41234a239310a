import type { ReportEvent } from '#syncer/report/events.ts';
import type { OnTurn } from '#syncer/report/turns.ts';

/** A receiver of the events and turns of a syncer. */
export interface Receiver {
  readonly heard?: ReportEvent;
  readonly turned?: OnTurn;
  /** Closes the receiver. Waiting deliveries get at most `ms` milliseconds. */
  close?(ms: number): Promise<void>;
}

/** Returns a receiver that forwards to all given receivers. */
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
