import { join } from 'node:path';
import { errorMessage } from '#model/error.ts';
import type { Unjoined } from '#syncer/former/unjoin.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { OutputFormat } from '../options/shared.ts';
import { type SourceOptions, sourceOf } from '../options/source.ts';
import { formatEvent } from '../print/events.ts';
import { printErrors, printLines } from '../print/output.ts';
import type { Found } from './exit.ts';

export interface UnjoinOptions extends SourceOptions {
  readonly kubeconfig?: string;
  readonly keep?: true;
  readonly remove?: true;
  readonly timeout: number;
  readonly output: OutputFormat;
}

/** The end of a run: what it did, or what it found when it printed an error. */
export type UnjoinEnd = Unjoined | { readonly found: Found };

/** Separates a cluster from its fleet. Prints the reason if that fails. */
export async function unjoin(
  repo: string,
  cluster: string,
  options: UnjoinOptions,
): Promise<UnjoinEnd> {
  const [{ unjoinCluster, isClusterFault, hintOf }, ports] = await Promise.all([
    import('#syncer/former/unjoin.ts'),
    openPorts(repo, cluster, options).catch((error: unknown) => {
      printErrors([`regatta: ${errorMessage(error)}`]);
    }),
  ]);
  if (ports === undefined) return { found: { unknown: true } };
  const { deadline, ...others } = ports;
  try {
    const mode = options.remove ? 'remove' : 'keep';
    const how = { cluster, mode, deadline } as const;
    return await unjoinCluster(others, how, new AbortController().signal);
  } catch (error) {
    const isFault = isClusterFault(error);
    printErrors([
      `regatta: ${isFault ? `${cluster}: ` : ''}${errorMessage(error)}`,
      ...hintOf(error),
    ]);
    const refused = hintOf(error).length > 0;
    return { found: { refused, faults: isFault, unknown: !isFault } };
  }
}

async function openPorts(repo: string, cluster: string, options: UnjoinOptions) {
  const [{ openGit }, { systemClock }, { loadFleet }, { openHolder }, { openLog }, { Deadline }] =
    await Promise.all([
      import('#io/git/source.ts'),
      import('#io/clock.ts'),
      import('#io/kubernetes/kubeconfig.ts'),
      import('#io/kubernetes/lease-holder.ts'),
      import('#io/log.ts'),
      import('#syncer/pace/deadline.ts'),
    ]);
  // A syncer on this machine does not share its clone.
  const stateDirectory = join(options.stateDir, 'unjoin');
  const git = { ...sourceOf(repo, options, process.env), clusters: [cluster], stateDirectory };
  const source = await openGit(git);
  return {
    source,
    descends: source.goesOnFrom.bind(source),
    fleet: loadFleet(options.kubeconfig, process.env.KUBECONFIG),
    clock: systemClock,
    holder: openHolder(),
    log: openLog('error'),
    tooling: `regatta.dev/${packageJson.version}`,
    report: (event: SyncEvent) => {
      const print = options.output === 'text' ? printLines : printErrors;
      print(formatEvent(event));
    },
    deadline: new Deadline(systemClock, options.timeout),
  };
}
