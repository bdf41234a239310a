import { Command, Option } from 'commander';
import { printJson, printLines } from '../print/output.ts';
import { type AskOptions, addAskOptions } from '../run/ask-fleet.ts';

interface StatusCommandOptions extends AskOptions {
  readonly output: 'text' | 'wide' | 'json';
}

/** Exit status: 0 all clusters are synced and ready, without drift; 1 a cluster is not; 2 unknown. */
export const command: Command = addAskOptions(
  new Command('status').summary('show the sync status of each member cluster'),
)
  .addOption(
    new Option('-o, --output <format>', 'output format')
      .choices(['text', 'wide', 'json'])
      .default('text'),
  )
  .action(async (repo: string, options: StatusCommandOptions) => {
    const [{ endWith, tryAskFleet }, { withRenditions }, { formatStatus }, { isGood }] =
      await Promise.all([
        import('../run/ask-fleet.ts'),
        import('../run/rendition.ts'),
        import('../print/status.ts'),
        import('#syncer/status/status.ts'),
      ]);
    const statuses = await tryAskFleet(repo, options, withRenditions);
    if (statuses === undefined) return endWith(2);
    const { output, branch } = options;
    if (output === 'json') printJson(statuses);
    else printLines(formatStatus(statuses, { wide: output === 'wide', branch }));
    const verdicts = statuses.map(isGood);
    endWith(verdicts.includes(false) ? 1 : verdicts.includes(undefined) ? 2 : 0);
  });
