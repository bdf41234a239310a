import { type DesiredOrRefusal, type DesiredPorts, readDesired } from '../desired/desired.ts';
import { readText } from '../desired/read-texts.ts';
import { fleetOf } from '../ownership/owner.ts';
import { readFleetFile } from '../settings.ts';

/**
 * Reads the desired state of each cluster that a fetched commit renders, as far as the source reads it.
 * Returns undefined if the commit renders nothing that the source reads.
 *
 * @throws Error if git fails or if the settings of the commit are invalid
 */
export async function readHead(
  ports: DesiredPorts,
  commit: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, DesiredOrRefusal> | undefined> {
  const { source } = ports;
  const tree = await source.tree(commit, signal);
  if (tree === undefined) return undefined;
  const oid = tree.settings;
  const { settings, identity } = readFleetFile(
    oid === undefined ? undefined : await readText(source, oid, signal),
    tree.root,
  );
  const fleet = fleetOf(identity, source.origin);
  const clusters = new Map<string, DesiredOrRefusal>();
  for (const cluster of tree.clusters.keys()) {
    const reading = await readDesired(ports, { tree, cluster, settings, fleet }, new Map(), signal);
    clusters.set(cluster, reading.content);
  }
  return clusters;
}
