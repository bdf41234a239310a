import type { ClusterDirectory } from './desired/desired.ts';
import { readText } from './desired/read-texts.ts';
import { fleetOf } from './ownership/owner.ts';
import type { RenderedTree, SourcePort } from './ports/source.ts';
import { readFleetFile } from './settings.ts';

type FleetAt = Pick<ClusterDirectory, 'settings' | 'fleet'>;

/**
 * Reads the settings and the identity of the fleet at a commit.
 *
 * @throws Error if git fails or the settings are invalid
 */
export async function fleetAt(
  source: SourcePort,
  { settings: oid, root }: RenderedTree,
  signal: AbortSignal,
): Promise<FleetAt> {
  const text = oid === undefined ? undefined : await readText(source, oid, signal);
  const { settings, identity } = readFleetFile(text, root);
  return { settings, fleet: fleetOf(identity, source.origin) };
}

/** Reads the settings of commits, and those of the same file once. */
export class FleetReader {
  readonly #source: SourcePort;
  /** What the last commit set, and where. */
  #last: { readonly oid: string; readonly root: string; readonly fleet: FleetAt } | undefined;

  constructor(source: SourcePort) {
    this.#source = source;
  }

  /** @throws Error as `fleetAt` */
  async at(tree: RenderedTree, signal: AbortSignal): Promise<FleetAt> {
    const { settings: oid = '', root } = tree;
    const last = this.#last;
    if (last?.oid === oid && last.root === root) return last.fleet;
    const fleet = await fleetAt(this.#source, tree, signal);
    this.#last = { oid, root, fleet };
    return fleet;
  }
}
