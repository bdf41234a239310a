import type { DivisionVerdict } from '#compiler/explain/explanation.ts';
import { place, section, table } from './layout.ts';

const modes = {
  all: 'all of them',
  more: 'what is more than before',
  fewer: 'all of them, by what was there before, because they are fewer now',
  kept: 'none: what was there before is still what is asked for',
} as const;

const voices = {
  weights: 'weight',
  room: 'room',
  previous: 'before',
  none: '',
} as const;

/** How replicas were divided, with the claims by which it can be checked. */
export function divisionLines(division: DivisionVerdict): readonly string[] {
  const { strategy, mode, votes, replicas, shares, at } = division;
  const what = votes === 'none' ? 'each gets all' : modes[mode];
  const number = mode === 'kept' ? '' : `${replicas}, `;
  const title = `replicas by ${strategy}: ${number}${what}  ${place(at)}`;
  const rows = shares.map((share) => {
    const voice = votes === 'none' || mode === 'kept' ? '' : `${voices[votes]} ${share.votes}`;
    const { exact, kept, lastClaim, nextClaim } = share;
    return [
      share.name,
      voice,
      exact === undefined ? '' : `${exact.toFixed(2)} of ${replicas}`,
      kept > 0 ? `keeps ${kept}` : '',
      `gets ${share.replicas}`,
      lastClaim === undefined ? '' : `last by ${lastClaim.toFixed(3)}`,
      nextClaim === undefined ? '' : `next by ${nextClaim.toFixed(3)}`,
      share.at === undefined ? '' : place(share.at),
    ];
  });
  return section(title, [...table(rows), ...ruleLines(division)]);
}

/** By what the replicas were handed out one by one, and who tied for the last. */
function ruleLines({ shares, votes, tie }: DivisionVerdict): readonly string[] {
  if (shares.every(({ nextClaim }) => nextClaim === undefined)) return [];
  const rule = `each goes where ${voices[votes]} / (2 × those handed out there + 1) is largest`;
  const names = tie?.clusters.join(', ');
  const tied = `${names} tie for the last: fewer handed out goes first, then the name decides`;
  return [rule, ...(tie === undefined ? [] : [tied])];
}
