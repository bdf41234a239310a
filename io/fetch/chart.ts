import { type ChartVersion, downloadFromRepository } from './chart-repository.ts';
import type { HttpClient } from './http.ts';
import { chartReference, pullChart } from './registry.ts';

/**
 * A chart as it was packaged, of a repository with an index or of a registry.
 *
 * @throws Error that says what kept it from that, without credentials
 */
export async function downloadChart(
  client: HttpClient,
  { repository, name, version }: ChartVersion,
): Promise<Uint8Array> {
  if (!repository.startsWith('oci://')) {
    return downloadFromRepository(client, { repository, name, version });
  }
  const address = `${repository.replace(/\/+$/, '')}/${name}`;
  return pullChart(client, chartReference(address, version));
}
