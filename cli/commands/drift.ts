import { Command } from 'commander';
import { type AskOptions, addAskOptions } from '../ask-fleet.ts';
import { outputOption } from './options.ts';

interface DriftCommandOptions extends AskOptions {
  readonly output: 'text' | 'json';
}

/** Exit status: 0 no drift, 1 drift, 2 a cluster or the repository can't be asked. */
export const driftCommand: Command = addAskOptions(
  new Command('drift').summary('what others have changed in member clusters, and who'),
)
  .addOption(outputOption('what to print'))
  .action(async (repo: string, options: DriftCommandOptions) => {
    const [{ endWith, tryAskFleet }, { driftsOf, formatDrifts }] = await Promise.all([
      import('../ask-fleet.ts'),
      import('../drift-output.ts'),
    ]);
    const statuses = await tryAskFleet(repo, options);
    if (statuses === undefined) return endWith(2);
    const drifts = driftsOf(statuses);
    const untold = statuses.filter(({ error }) => error !== '');
    for (const { cluster, error } of untold) console.error(`${cluster}: ${error}`);
    if (options.output === 'json') console.log(JSON.stringify(drifts, undefined, 2));
    else for (const line of formatDrifts(drifts)) console.log(line);
    endWith(drifts.length > 0 ? 1 : untold.length > 0 ? 2 : 0);
  });
