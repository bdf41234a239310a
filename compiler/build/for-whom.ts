import type { PlannedBuild } from './plan.ts';

/** A chart may fail with the values of one release, and for some of the clusters. */
export function forWhom({ build, made }: PlannedBuild): string {
  if (made === undefined || build.type !== 'helm') return '';
  const { by, clusters } = made;
  const title = by === build.chart ? '' : ` as ${by}`;
  const more = clusters.length > 3 ? ` and ${clusters.length - 3} more` : '';
  return `${title} for ${clusters.slice(0, 3).join(', ')}${more}`;
}
