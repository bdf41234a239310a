import {
  type FleetNames,
  fleetIdLabel,
  inventoryPart,
  systemNamespace,
} from '../ownership/names.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import { readShard, type Shard, shardLabel } from './config-map.ts';

/** Reads all shards of a fleet's inventory except the parent. */
export async function readFurtherShards(
  port: ClusterPort,
  names: FleetNames,
  signal: AbortSignal,
): Promise<readonly Shard[]> {
  // ConfigMaps from before fleets had ids lack the label with the id.
  const label = names.id === '' ? shardLabel : `${fleetIdLabel}=${names.id}`;
  const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
  const selection = { kind, label, detail: 'object', namespace: systemNamespace } as const;
  const { objects } = await port.list(selection, signal);
  return objects
    .filter(({ metadata: { name } }) => {
      const part = inventoryPart(name);
      return part?.id === names.id && part.index > 0;
    })
    .map(readShard);
}
