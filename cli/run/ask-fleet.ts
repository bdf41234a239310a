import { join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { GitSource } from '#io/git/source.ts';
import { redactor } from '#io/redactor.ts';
import type { KeyFile } from '#io/sops/secrets.ts';
import { errorMessage } from '#model/error.ts';
import type { StatusPorts } from '#syncer/status/fleet-status.ts';
import type { SyncStatus } from '#syncer/status/status.ts';
import { ageKeyOption } from '../options/age-keys.ts';
import { parseDuration } from '../options/shared.ts';
import { addSourceOptions, type SourceOptions, sourceOf } from '../options/source.ts';
import { parseClusterName } from '../options/sync.ts';
import { printErrors } from '../print/output.ts';
import { withProgress } from '../print/progress.ts';

/** Options of the commands that read all member clusters. */
export interface AskOptions extends SourceOptions {
  readonly kubeconfig?: string;
  readonly ageKeyFile?: readonly KeyFile[];
  readonly cluster?: readonly string[];
  readonly timeout: number;
}

/** Adds the repository argument and these options to a command. */
export function addAskOptions(
  command: Command,
  argument?: Parameters<typeof addSourceOptions>[1],
): Command {
  addSourceOptions(command, argument);
  return command
    .option(
      '--kubeconfig <file>',
      'kubeconfig with contexts named after the clusters (default: $KUBECONFIG, then ~/.kube/config)',
    )
    .addOption(ageKeyOption('age keys that decrypt SOPS Secrets'))
    .addOption(
      new Option('--cluster <name>', 'limit to this cluster (repeatable)').argParser(
        (name: string, before?: readonly string[]) => [...(before ?? []), parseClusterName(name)],
      ),
    )
    .addOption(
      new Option('--timeout <duration>', 'maximum duration for each cluster')
        .argParser(parseDuration)
        .default(parseDuration('20s'), '20s'),
    );
}

/** The connections that a command needs to query all clusters, or their syncers. */
export interface OpenFleet {
  readonly source: GitSource;
  readonly ports: StatusPorts;
}

/** @throws Error when the state directory, the kubeconfig or the age keys cannot be read */
async function openFleet(repo: string, options: AskOptions): Promise<OpenFleet> {
  const [
    { openGit },
    { openSightings },
    { systemClock },
    { loadFleet },
    { loadSecrets },
    { rememberedDescent },
    { deletedChanges },
  ] = await Promise.all([
    import('#io/git/source.ts'),
    import('#io/sightings.ts'),
    import('#io/clock.ts'),
    import('#io/kubernetes/kubeconfig.ts'),
    import('#io/sops/secrets.ts'),
    import('./descent.ts'),
    import('#syncer/deleted-changes.ts'),
  ]);
  // A syncer on this machine does not share its clone.
  const stateDirectory = join(options.stateDir, 'status');
  const source = await openGit({
    ...sourceOf(repo, options, process.env),
    clusters: options.cluster,
    stateDirectory,
    // Each cluster's inventory shows which commit its syncers keep.
    allowRewind: true,
  });
  const ports = {
    source,
    descends: source.goesOnFrom.bind(source),
    mayFollow: rememberedDescent(source),
    changesSince: deletedChanges(source),
    fleet: loadFleet(options.kubeconfig, process.env.KUBECONFIG),
    secrets: await loadSecrets({ files: options.ageKeyFile, env: process.env }),
    redactor,
    clock: systemClock,
    sightings: openSightings(stateDirectory, repo),
  };
  return { source, ports };
}

/** Returns the status of the clusters that the head of the branch renders. */
export async function statusesOf(
  { source, ports }: OpenFleet,
  { cluster: clusters, timeout: timeoutMs }: AskOptions,
): Promise<AskedFleet> {
  const { fleetStatus } = await import('#syncer/status/fleet-status.ts');
  return { source, statuses: await fleetStatus(ports, { clusters, timeoutMs }) };
}

/** The status of the clusters, and the source that was read. */
interface AskedFleet {
  readonly source: GitSource;
  readonly statuses: readonly SyncStatus[];
}

/** Adds to the status of the clusters what it takes more time to find out. */
type Completion = (asked: AskedFleet) => Promise<readonly SyncStatus[]>;

/** Time for opening the state directory and reading the branch, beside the time for the clusters, in milliseconds. */
export const openingMs = 15_000;

/** Returns the status of the clusters. If the repository cannot be read, prints the reason and returns undefined. */
export async function tryAskFleet(
  repo: string,
  options: AskOptions,
  complete: Completion = async ({ statuses }) => statuses,
): Promise<readonly SyncStatus[] | undefined> {
  const ask = (fleet: OpenFleet) => statusesOf(fleet, options);
  return tryOpenFleet(repo, options, ask, complete);
}

/**
 * Opens the fleet and asks it something. If the repository cannot be read, prints the reason and returns undefined.
 *
 * @param ask - what the time limit covers
 * @param complete - what follows
 */
export async function tryOpenFleet<A, T = A>(
  repo: string,
  options: AskOptions,
  ask: (fleet: OpenFleet) => Promise<A>,
  complete: (asked: A) => Promise<T>,
): Promise<T | undefined> {
  try {
    const { Deadline } = await import('#syncer/pace/deadline.ts');
    const { systemClock } = await import('#io/clock.ts');
    const deadline = new Deadline(systemClock, options.timeout + openingMs);
    const asking = openFleet(repo, options).then(ask);
    const answers = await withProgress('asking the clusters', () =>
      deadline.wait('the repository', asking),
    );
    return await complete(answers);
  } catch (error) {
    printErrors([`regatta: ${errorMessage(error)}`]);
    return undefined;
  }
}
