import { instrumentFleet, type OnCall } from '#io/http/instrument.ts';
import { directoryLimit } from '#io/memory-limit.ts';
import { redactor } from '#io/redactor.ts';
import type { OpenMembers } from '#syncer/members-port.ts';
import type { FleetPort } from '#syncer/ports/cluster.ts';
import type { Log } from '#syncer/ports/machine.ts';
import type { SourcePort } from '#syncer/ports/source.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { SyncOptions } from '../options/sync.ts';

/** Which clusters a syncer serves, and with which credentials and keys. */
interface MembersRun {
  readonly options: Pick<SyncOptions, 'ageKeyFile' | 'resync' | 'takeOver'>;
  readonly loadFleet: () => Promise<FleetPort>;
  readonly clusters?: readonly string[] | undefined;
}

/** What the members need besides the credentials and keys. */
interface MembersWorld {
  readonly source: SourcePort;
  readonly log: Log;
  /** Called with each call to a cluster. */
  readonly called?: OnCall | undefined;
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
}: MembersRun): Promise<(world: MembersWorld) => OpenMembers> {
  const [fleet, { systemClock }, { openHolder }, { loadSecrets }, { openMembers }] =
    await Promise.all([
      loadFleet(),
      import('#io/clock.ts'),
      import('#io/kubernetes/lease-holder.ts'),
      import('#io/sops/secrets.ts'),
      import('#syncer/members.ts'),
    ]);
  const secrets = await loadSecrets({ files: options.ageKeyFile, env: process.env });
  const holder = openHolder();
  const machine = { clock: systemClock, holder, redactor, maxDirectoryBytes: directoryLimit() };
  const tooling = `regatta.dev/${packageJson.version}`;
  const how = { resyncMs: options.resync, takeOver: options.takeOver ?? [], tooling, clusters };
  return ({ source, log, called }) => {
    const counted = called === undefined ? fleet : instrumentFleet(fleet, called);
    return openMembers({ source, log, secrets, fleet: counted, ...machine }, how);
  };
}
