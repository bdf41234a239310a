import { listClusters } from '#model/cluster-names.ts';
import type { PlannedBuild } from './planned-build.ts';

/** Names the release and clusters of a chart's build, because a chart may fail only with some values. */
export function targetSuffix({ build, producedBy }: PlannedBuild): string {
  if (producedBy === undefined || build.type !== 'helm') return '';
  const { name, clusters } = producedBy;
  const title = name === build.chart ? '' : ` as ${name}`;
  return `${title} for ${listClusters(clusters)}`;
}
