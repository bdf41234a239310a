import type { ClusterPort } from '../ports/cluster.ts';
import { noAbort } from '../ports/no-abort.ts';
import { systemNamespace } from './names.ts';

/** Creates the namespace of the Leases and inventories, unless the cluster has it. */
export async function createSystemNamespace(port: ClusterPort, manager: string): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } };
  await port.apply(namespace, { dryRun: false, manager }, noAbort);
}
