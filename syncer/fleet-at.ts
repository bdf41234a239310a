import type { ClusterDirectory } from './desired/desired.ts';
import { readText } from './desired/read-texts.ts';
import { fleetOf } from './ownership/owner.ts';
import type { RenderedTree, SourcePort } from './ports/source.ts';
import { readFleetFile } from './settings.ts';

/**
 * Reads the settings and the identity of the fleet at a commit.
 *
 * @throws Error if git fails or the settings are invalid
 */
export async function fleetAt(
  source: SourcePort,
  { settings: oid, root }: RenderedTree,
  signal: AbortSignal,
): Promise<Pick<ClusterDirectory, 'settings' | 'fleet'>> {
  const text = oid === undefined ? undefined : await readText(source, oid, signal);
  const { settings, identity } = readFleetFile(text, root);
  return { settings, fleet: fleetOf(identity, source.origin) };
}
