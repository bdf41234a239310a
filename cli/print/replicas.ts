import type { DivisionVerdict } from '#compiler/explain/explanation.ts';
import { place, section, table } from './layout.ts';

const modes = {
  Fresh: 'all of them',
  ScaleUp: 'what is more than before',
  ScaleDown: 'all of them, by what was there before, because they are fewer now',
  Unchanged: 'none: what was there before is still what is asked for',
} as const;

const voices = {
  weightPreference: 'weight',
  available: 'room',
  assigned: 'before',
  none: '',
} as const;

/** How replicas were divided, with the claims by which it can be checked. */
export function divisionLines(division: DivisionVerdict): readonly string[] {
  const { strategy, mode, weightBy, replicas, shares, at } = division;
  const what = weightBy === 'none' ? 'each gets all' : modes[mode];
  const number = mode === 'Unchanged' ? '' : `${replicas}, `;
  const title = `replicas by ${strategy}: ${number}${what}  ${place(at)}`;
  const rows = shares.map((share) => {
    const voice =
      weightBy === 'none' || mode === 'Unchanged' ? '' : `${voices[weightBy]} ${share.weight}`;
    const { exact, assigned, lastClaim, nextClaim } = share;
    return [
      share.name,
      voice,
      exact === undefined ? '' : `${exact.toFixed(2)} of ${replicas}`,
      assigned > 0 ? `keeps ${assigned}` : '',
      `gets ${share.replicas}`,
      lastClaim === undefined ? '' : `last by ${lastClaim.toFixed(3)}`,
      nextClaim === undefined ? '' : `next by ${nextClaim.toFixed(3)}`,
      share.at === undefined ? '' : place(share.at),
    ];
  });
  return section(title, [...table(rows), ...ruleLines(division)]);
}

/** By what the replicas were handed out one by one, and who tied for the last. */
function ruleLines({ shares, weightBy, tie }: DivisionVerdict): readonly string[] {
  if (shares.every(({ nextClaim }) => nextClaim === undefined)) return [];
  const rule = `each goes where ${voices[weightBy]} / (2 × those handed out there + 1) is largest`;
  const names = tie?.clusters.join(', ');
  const tied = `${names} tie for the last: fewer handed out goes first, then the name decides`;
  return [rule, ...(tie === undefined ? [] : [tied])];
}
