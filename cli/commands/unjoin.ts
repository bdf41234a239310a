import { Command, Option } from 'commander';
import { outputOption, parseDuration } from '../options/shared.ts';
import { addSourceOptions } from '../options/source.ts';
import { parseClusterName } from '../options/sync.ts';
import { printData, printLines } from '../print/output.ts';
import { endWith } from '../run/exit.ts';
import type { UnjoinOptions } from '../run/unjoin.ts';

const base = new Command('unjoin').summary('clean up a cluster that left the fleet');
addSourceOptions(base);

export const command: Command = base
  .argument('<cluster>', 'name of the cluster, and of its context', parseClusterName)
  .option(
    '--keep',
    'keep the objects, and remove the labels, the inventory and the Lease of the fleet',
  )
  .option(
    '--remove',
    'delete the objects that a DeletionAcknowledgement names, then the inventory and the Lease',
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
  .addOption(outputOption('output format'))
  .action(async (repo: string, cluster: string, options: UnjoinOptions) => {
    if (options.keep === options.remove) command.error('error: give either --keep or --remove');
    const [{ unjoin }, { formatUnjoined }] = await Promise.all([
      import('../run/unjoin.ts'),
      import('../print/unjoin.ts'),
    ]);
    const end = await unjoin(repo, cluster, options);
    if ('found' in end) return endWith(end.found);
    if (options.output !== 'text') printData({ cluster, ...end }, options.output);
    else printLines(formatUnjoined(cluster, end));
    endWith({});
  });
