import type { PlannedBuild } from './planned-build.ts';

/** Names the release and clusters of a chart's build, because a chart may fail only with some values. */
export function targetSuffix({ build, producedBy }: PlannedBuild): string {
  if (producedBy === undefined || build.type !== 'helm') return '';
  const { name, clusters } = producedBy;
  const title = name === build.chart ? '' : ` as ${name}`;
  const more = clusters.length > 3 ? ` and ${clusters.length - 3} more` : '';
  return `${title} for ${clusters.slice(0, 3).join(', ')}${more}`;
}
