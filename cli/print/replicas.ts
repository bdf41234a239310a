import type { DivisionVerdict } from '#compiler/explain/explanation.ts';
import { place, section, table } from './layout.ts';

const modes = {
  Fresh: 'all replicas',
  ScaleUp: 'only the additional replicas',
  ScaleDown: 'all replicas, in proportion to the previous assignment',
  Unchanged: 'unchanged, because the previous assignment still fits',
} as const;

const weightNames = {
  weightPreference: 'weight',
  available: 'available',
  assigned: 'assigned',
  none: '',
} as const;

/** Formats a division of replicas, with the claims that decided it. */
export function divisionLines(division: DivisionVerdict): readonly string[] {
  const { strategy, mode, weightBy, replicas, shares, at } = division;
  const what = weightBy === 'none' ? 'all to each cluster' : modes[mode];
  const number = mode === 'Unchanged' ? '' : `${replicas}, `;
  const title = `replicas by ${strategy}: ${number}${what}  ${place(at)}`;
  const rows = shares.map((share) => {
    const weight =
      weightBy === 'none' || mode === 'Unchanged' ? '' : `${weightNames[weightBy]} ${share.weight}`;
    const { exact, assigned, lastClaim, nextClaim } = share;
    return [
      share.name,
      weight,
      exact === undefined ? '' : `${exact.toFixed(2)} of ${replicas}`,
      assigned > 0 ? `keeps ${assigned}` : '',
      `gets ${share.replicas}`,
      lastClaim === undefined ? '' : `last claim ${lastClaim.toFixed(3)}`,
      nextClaim === undefined ? '' : `next claim ${nextClaim.toFixed(3)}`,
      share.at === undefined ? '' : place(share.at),
    ];
  });
  return section(title, [...table(rows), ...ruleLines(division)]);
}

/** Formats the rule that assigned each replica, and a tie for the last one. */
function ruleLines({ shares, weightBy, tie }: DivisionVerdict): readonly string[] {
  if (shares.every(({ nextClaim }) => nextClaim === undefined)) return [];
  const rule = `each replica goes to the cluster with the largest ${weightNames[weightBy]} / (2 × handed out + 1)`;
  const names = tie?.clusters.join(', ');
  const tied = `${names} tie for the last replica: the cluster with fewer of them wins, then the first name`;
  return [rule, ...(tie === undefined ? [] : [tied])];
}
