import { Command, Option } from 'commander';
import type { SyncStatus } from '#syncer/status/status.ts';
import { type OutputFormat, outputOption, parseDuration } from '../options/shared.ts';
import { paintCluster } from '../print/colour.ts';
import { printData, printLines } from '../print/output.ts';
import { type AskOptions, addAskOptions } from '../run/ask-fleet.ts';
import { endWith, type Found } from '../run/exit.ts';

interface StatusCommandOptions extends AskOptions {
  readonly output: OutputFormat | 'wide';
  readonly watch?: true;
  readonly interval: number;
}

export const command: Command = addAskOptions(
  new Command('status').summary('show the sync status of each member cluster'),
  '[repo]',
)
  .addOption(outputOption('output format', ['text', 'wide', 'json', 'yaml']))
  .option(
    '--watch',
    'repeat until Ctrl+C; a terminal shows the latest status, and other output gets each change',
  )
  .addOption(
    new Option('--interval <duration>', 'with --watch: pause between two statuses')
      .argParser(parseDuration)
      .default(parseDuration('5s'), '5s'),
  )
  .action(async (given: string | undefined, options: StatusCommandOptions) => {
    const [{ repositoryHere }, { tryAskFleet }, { withRenditions }, { foundIn }] =
      await Promise.all([
        import('../run/repository-here.ts'),
        import('../run/ask-fleet.ts'),
        import('../run/rendition.ts'),
        import('../run/watch-status.ts'),
      ]);
    const repo = given ?? (await repositoryHere());
    if (options.watch) return endWith(await watch(repo, options));
    const statuses = await tryAskFleet(repo, options, withRenditions);
    if (statuses === undefined) return endWith({ unknown: true });
    const { output } = options;
    if (output === 'json' || output === 'yaml') printData(statuses, output);
    else printLines(await linesOf(statuses, options), paintCluster);
    endWith(foundIn(statuses));
  });

async function linesOf(
  statuses: readonly SyncStatus[],
  { output, branch }: StatusCommandOptions,
): Promise<readonly string[]> {
  const { formatStatus } = await import('../print/status.ts');
  return formatStatus(statuses, { wide: output === 'wide', branch });
}

async function watch(repo: string, options: StatusCommandOptions): Promise<Found> {
  const [{ watchStatus }, { statusScreen }] = await Promise.all([
    import('../run/watch-status.ts'),
    import('../print/status-screen.ts'),
  ]);
  const { output, interval } = options;
  const show = statusScreen(output, interval, (statuses) => linesOf(statuses, options));
  return watchStatus(repo, options, show);
}
