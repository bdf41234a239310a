import { join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { surviveIdleConnections } from '#io/kubernetes/idle-connections.ts';
import { errorMessage } from '#model/error.ts';
import type { SyncStatus } from '#syncer/status/status.ts';
import { addSourceOptions, type SourceOptions, sourceOf } from '../options/source.ts';
import { parseClusterName, parseDuration } from '../options/sync.ts';

/** What commands can be told that ask all member clusters something. */
export interface AskOptions extends SourceOptions {
  readonly kubeconfig?: string;
  readonly ageKeyFile?: string;
  readonly cluster?: readonly string[];
  readonly timeout: number;
}

/** Gives a command the repository as its argument, and the options. */
export function addAskOptions(command: Command): Command {
  addSourceOptions(command);
  return command
    .option(
      '--kubeconfig <file>',
      'contexts named as the clusters (else $KUBECONFIG, ~/.kube/config)',
    )
    .option('--age-key-file <file>', 'age keys for Secrets that SOPS has encrypted')
    .addOption(
      new Option(
        '--cluster <name>',
        'only this cluster, and each other that is named so',
      ).argParser((name: string, before?: readonly string[]) => [
        ...(before ?? []),
        parseClusterName(name),
      ]),
    )
    .addOption(
      new Option('--timeout <duration>', 'how long a cluster may take to answer')
        .argParser(parseDuration)
        .default(parseDuration('20s'), '20s'),
    );
}

/** How the clusters stand that the head of the branch renders. @throws Error without a head */
async function askFleet(repo: string, options: AskOptions): Promise<readonly SyncStatus[]> {
  surviveIdleConnections();
  const [{ openGit }, { openSightings }, { systemClock }, { loadFleet }, { loadSecrets }, status] =
    await Promise.all([
      import('#io/git/source.ts'),
      import('#io/sightings.ts'),
      import('#io/clock.ts'),
      import('#io/kubernetes/kubeconfig.ts'),
      import('#io/sops/secrets.ts'),
      import('#syncer/status/fleet-status.ts'),
    ]);
  const { cluster: clusters, timeout: timeoutMs } = options;
  // A syncer that runs here keeps its clone to itself.
  const stateDirectory = join(options.stateDir, 'status');
  const ports = {
    source: await openGit({ ...sourceOf(repo, options, process.env), clusters, stateDirectory }),
    fleet: loadFleet(options.kubeconfig, process.env.KUBECONFIG),
    secrets: await loadSecrets({ file: options.ageKeyFile, env: process.env }),
    clock: systemClock,
    sightings: openSightings(stateDirectory, repo),
  };
  return status.fleetStatus(ports, { clusters, timeoutMs });
}

/** As `askFleet`; tells why the repository can't be read, and is undefined then. */
export async function tryAskFleet(
  repo: string,
  options: AskOptions,
): Promise<readonly SyncStatus[] | undefined> {
  try {
    return await askFleet(repo, options);
  } catch (error) {
    console.error(`regatta: ${errorMessage(error)}`);
    return undefined;
  }
}

/** Ends the process, once all is printed: watches that a cluster never ends would hold it up. */
export function endWith(status: number): void {
  process.stdout.write('', () => process.exit(status));
}
