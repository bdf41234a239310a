import { join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { GitSource } from '#io/git/source.ts';
import { redactor } from '#io/redactor.ts';
import type { KeyFile } from '#io/sops/secrets.ts';
import { errorMessage } from '#model/error.ts';
import type { SyncStatus } from '#syncer/status/status.ts';
import { ageKeyOption } from '../options/age-keys.ts';
import { parseDuration } from '../options/shared.ts';
import { addSourceOptions, type SourceOptions, sourceOf } from '../options/source.ts';
import { parseClusterName } from '../options/sync.ts';
import { afterOutput, printErrors } from '../print/output.ts';

/** Options of the commands that read all member clusters. */
export interface AskOptions extends SourceOptions {
  readonly kubeconfig?: string;
  readonly ageKeyFile?: readonly KeyFile[];
  readonly cluster?: readonly string[];
  readonly timeout: number;
}

/** Adds the repository argument and these options to a command. */
export function addAskOptions(command: Command): Command {
  addSourceOptions(command);
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

/**
 * Returns the status of the clusters that the head of the branch renders.
 *
 * @throws Error when the syncer cannot read the branch, the kubeconfig or the age keys
 */
async function askFleet(repo: string, options: AskOptions): Promise<AskedFleet> {
  const [
    { openGit },
    { openSightings },
    { systemClock },
    { loadFleet },
    { loadSecrets },
    { rememberedDescent },
    { fleetStatus },
  ] = await Promise.all([
    import('#io/git/source.ts'),
    import('#io/sightings.ts'),
    import('#io/clock.ts'),
    import('#io/kubernetes/kubeconfig.ts'),
    import('#io/sops/secrets.ts'),
    import('./descent.ts'),
    import('#syncer/status/fleet-status.ts'),
  ]);
  const { cluster: clusters, timeout: timeoutMs } = options;
  // A syncer on this machine does not share its clone.
  const stateDirectory = join(options.stateDir, 'status');
  const source = await openGit({
    ...sourceOf(repo, options, process.env),
    clusters,
    stateDirectory,
    // Each cluster's inventory shows which commit its syncers keep.
    allowRewind: true,
  });
  const ports = {
    source,
    descends: source.goesOnFrom.bind(source),
    mayFollow: rememberedDescent(source),
    fleet: loadFleet(options.kubeconfig, process.env.KUBECONFIG),
    secrets: await loadSecrets({ files: options.ageKeyFile, env: process.env }),
    redactor,
    clock: systemClock,
    sightings: openSightings(stateDirectory, repo),
  };
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
const openingMs = 15_000;

/** Returns the result of `askFleet`. If the repository cannot be read, prints the reason and returns undefined. */
export async function tryAskFleet(
  repo: string,
  options: AskOptions,
  complete: Completion = async ({ statuses }) => statuses,
): Promise<readonly SyncStatus[] | undefined> {
  try {
    const { Deadline } = await import('#syncer/pace/deadline.ts');
    const { systemClock } = await import('#io/clock.ts');
    const deadline = new Deadline(systemClock, options.timeout + openingMs);
    return await complete(await deadline.wait('the repository', askFleet(repo, options)));
  } catch (error) {
    printErrors([`regatta: ${errorMessage(error)}`]);
    return undefined;
  }
}

/**
 * Ends the process after it has written its output. A watch that a cluster never closes would
 * otherwise keep the process running.
 */
export function endWith(status: number): void {
  afterOutput(() => process.exit(status));
}
