import type { TurnReport } from '#syncer/report/turns.ts';

/** A turn of two phases that created objects. */
export const turn: TurnReport = {
  cluster: 'member1',
  startedAt: 1_800_000_000_000,
  endedAt: 1_800_000_000_900,
  commit: 'c0ffee',
  state: 'synced',
  reason: '',
  counts: { created: 2, unchanged: 5 },
  phases: [
    { name: 'observe', startedAt: 1_800_000_000_100, endedAt: 1_800_000_000_200 },
    { name: 'apply', startedAt: 1_800_000_000_200, endedAt: 1_800_000_000_800 },
  ],
};
