import { Command, Option } from 'commander';
import { parseDuration } from '../options/shared.ts';
import { addSourceOptions } from '../options/source.ts';
import { parseClusterName } from '../options/sync.ts';
import { printLines } from '../print/output.ts';
import type { UnjoinOptions } from '../run/unjoin.ts';

const base = new Command('unjoin').summary('end the membership of a cluster that left the fleet');
addSourceOptions(base);

/** Exit status: 0 the fleet has nothing left in the cluster; 1 it has; 2 usage, or the repository cannot be read. */
export const command: Command = base
  .argument('<cluster>', 'name of the cluster, and of its context', parseClusterName)
  .option(
    '--keep',
    'keep the objects, and remove the labels, the inventory and the Lease of the fleet',
  )
  .option(
    '--remove',
    'delete the objects, as a DeletionAcknowledgement allows, then the inventory and the Lease',
  )
  .option(
    '--kubeconfig <file>',
    'kubeconfig with contexts named after the clusters (default: $KUBECONFIG, then ~/.kube/config)',
  )
  .addOption(
    new Option('--timeout <duration>', 'maximum duration of the run')
      .argParser(parseDuration)
      .default(parseDuration('5m'), '5m'),
  )
  .action(async (repo: string, cluster: string, options: UnjoinOptions) => {
    if (options.keep === options.remove) command.error('error: give either --keep or --remove');
    const [{ unjoin }, { formatUnjoined }, { endWith }] = await Promise.all([
      import('../run/unjoin.ts'),
      import('../print/unjoin.ts'),
      import('../run/ask-fleet.ts'),
    ]);
    const end = await unjoin(repo, cluster, options);
    if ('status' in end) return endWith(end.status);
    printLines(formatUnjoined(cluster, end));
    endWith(0);
  });
