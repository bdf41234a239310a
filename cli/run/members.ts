import { instrumentFleet, type OnCall } from '#io/http/instrument.ts';
import { directoryLimit } from '#io/memory-limit.ts';
import { redactor } from '#io/redactor.ts';
import type { OpenMembers } from '#syncer/members-port.ts';
import type { FleetPort } from '#syncer/ports/cluster.ts';
import type { Log } from '#syncer/ports/machine.ts';
import type { SourcePort } from '#syncer/ports/source.ts';
import { type Serves, sharedFleet, sharedSource } from '#syncer/workers/share.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { SyncOptions } from '../options/sync.ts';

/** Which clusters a syncer serves, and with which credentials and keys. */
export interface MembersRun {
  readonly options: Pick<SyncOptions, 'ageKeyFile' | 'resync' | 'takeOver'>;
  readonly loadFleet: () => Promise<FleetPort>;
  readonly clusters?: readonly string[] | undefined;
}

/** The other needs of the members, besides credentials and keys. */
export interface MembersWorld {
  readonly source: SourcePort;
  /** The directory of the clone. */
  readonly directory: string;
  readonly log: Log;
  /** Called with each call to a cluster. */
  readonly called?: OnCall | undefined;
  /** Reports whether this process serves a cluster; it serves all of them without the function. */
  readonly serves?: Serves;
  /** The name of the holder of Leases; that of this process by default. */
  readonly holder?: string;
}

/**
 * Loads the credentials of the clusters and the keys of Secrets.
 *
 * @returns what opens the members in this process
 * @throws Error when a file is missing or invalid
 */
export async function loadMembers({
  options,
  clusters,
  loadFleet,
}: MembersRun): Promise<(world: Omit<MembersWorld, 'directory'>) => OpenMembers> {
  const [fleet, { systemClock }, { openHolder }, { loadSecrets }, { openMembers }] =
    await Promise.all([
      loadFleet(),
      import('#io/clock.ts'),
      import('#io/kubernetes/lease-holder.ts'),
      import('#io/sops/secrets.ts'),
      import('#syncer/members.ts'),
    ]);
  const secrets = await loadSecrets({ files: options.ageKeyFile, env: process.env });
  const own = openHolder();
  const machine = { clock: systemClock, redactor, maxDirectoryBytes: directoryLimit() };
  const tooling = `regatta.dev/${packageJson.version}`;
  const how = { resyncMs: options.resync, takeOver: options.takeOver ?? [], tooling, clusters };
  return ({ source, log, called, serves, holder: name = own.name }) => {
    const counted = called === undefined ? fleet : instrumentFleet(fleet, called);
    const seen =
      serves === undefined
        ? { source, fleet: counted }
        : { source: sharedSource(source, serves), fleet: sharedFleet(counted, serves) };
    return openMembers({ log, secrets, holder: { ...own, name }, ...seen, ...machine }, how);
  };
}
