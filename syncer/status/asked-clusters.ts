import { NoSuchClusterError } from '#model/no-such-cluster.ts';
import type { FleetPort } from '../ports/cluster.ts';
import type { SourcePort } from '../ports/source.ts';

interface NamedClusters {
  readonly source: Pick<SourcePort, 'clusterNames'>;
  readonly fleet: Pick<FleetPort, 'clusters'>;
}

/**
 * Checks the names of clusters on a command line. A name that has only a kubeconfig context passes: the commit
 * may render nothing for that cluster yet.
 *
 * @throws NoSuchClusterError if the commit renders no such cluster and the kubeconfig has no such context
 */
export async function expectClusters(
  { source, fleet }: NamedClusters,
  named: readonly string[],
  commit: string,
  signal: AbortSignal,
): Promise<void> {
  const rendered = await source.clusterNames(commit, signal);
  const known = new Set([...rendered, ...fleet.clusters]);
  const missing = named.filter((name) => !known.has(name));
  if (missing.length > 0) throw new NoSuchClusterError(missing, rendered);
}
