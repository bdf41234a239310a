import { Command } from 'commander';
import type { ReportedDrift } from '../adopt/reported-drift.ts';
import { outputOption } from '../options/shared.ts';
import { printErrors, printJson, printLines } from '../print/output.ts';
import { type AskOptions, addAskOptions } from '../run/ask-fleet.ts';

interface DriftCommandOptions extends AskOptions {
  readonly output: 'text' | 'json';
  readonly adopt?: string;
}

/** Exit status: 0 no drift, or all drift adopted; 1 drift; 2 a cluster or the repository is not reachable. */
export const command: Command = addAskOptions(
  new Command('drift').summary('list drift in member clusters, with the managers that caused it'),
)
  .addOption(outputOption('output format'))
  .option(
    '--adopt <dir>',
    'write the drifted values into the sources of the fleet repository in this directory',
  )
  .action(async (repo: string, options: DriftCommandOptions) => {
    const [{ endWith, tryAskFleet }, { driftsOf }, { formatDrifts }] = await Promise.all([
      import('../run/ask-fleet.ts'),
      import('../adopt/reported-drift.ts'),
      import('../print/drift.ts'),
    ]);
    const statuses = await tryAskFleet(repo, options);
    if (statuses === undefined) return endWith(2);
    const drifts = driftsOf(statuses);
    const unreachable = statuses.filter(({ error }) => error !== '');
    printErrors(unreachable.map(({ cluster, error }) => `${cluster}: ${error}`));
    if (options.adopt !== undefined)
      return endWith(await adoptInto(options.adopt, drifts, options));
    if (options.output === 'json') printJson(drifts);
    else printLines(formatDrifts(drifts));
    endWith(drifts.length > 0 ? 1 : unreachable.length > 0 ? 2 : 0);
  });

async function adoptInto(
  directory: string,
  drifts: readonly ReportedDrift[],
  { output }: DriftCommandOptions,
): Promise<number> {
  const [{ adopt }, { formatAdoption }] = await Promise.all([
    import('../adopt/adopt.ts'),
    import('../print/drift.ts'),
  ]);
  const adoptions = await adopt(directory, drifts);
  if (output === 'json') printJson(adoptions);
  else printLines(adoptions.map(formatAdoption));
  return adoptions.every(({ reason }) => reason === '') ? 0 : 1;
}
