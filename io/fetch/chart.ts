import { type ChartVersion, downloadFromRepository } from './chart-repository.ts';
import type { HttpClient } from './http.ts';
import { chartReference, pullChart } from './registry.ts';

/**
 * Downloads the package of a chart from a chart repository or an OCI registry.
 *
 * @throws Error with the reason, without credentials
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
