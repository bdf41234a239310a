import { Command } from 'commander';
import type { ReportedDrift } from '../adopt/reported-drift.ts';
import { type OutputFormat, outputOption } from '../options/shared.ts';
import { printData, printErrors, printLines } from '../print/output.ts';
import { type AskOptions, addAskOptions } from '../run/ask-fleet.ts';
import { endWith } from '../run/exit.ts';

interface DriftCommandOptions extends AskOptions {
  readonly output: OutputFormat;
  readonly adopt?: string;
}

export const command: Command = addAskOptions(
  new Command('drift').summary('list drift in member clusters, with the managers that caused it'),
  '[repo]',
)
  .addOption(outputOption('output format'))
  .option(
    '--adopt <dir>',
    'write the drifted values into the sources of the fleet repository in this directory',
  )
  .action(async (given: string | undefined, options: DriftCommandOptions) => {
    const [{ repositoryHere }, { tryAskFleet }, { driftsOf }, { formatDrifts }] = await Promise.all(
      [
        import('../run/repository-here.ts'),
        import('../run/ask-fleet.ts'),
        import('../adopt/reported-drift.ts'),
        import('../print/drift.ts'),
      ],
    );
    const statuses = await tryAskFleet(given ?? (await repositoryHere()), options);
    if (statuses === undefined) return endWith({ unknown: true });
    const drifts = driftsOf(statuses);
    const unreachable = statuses.filter(({ error }) => error !== '');
    printErrors(unreachable.map(({ cluster, error }) => `${cluster}: ${error}`));
    const unknown = unreachable.length > 0;
    if (options.adopt !== undefined) {
      const isWhole = await adoptInto(options.adopt, drifts, options);
      return endWith({ unknown, faults: !isWhole });
    }
    if (options.output !== 'text') printData(drifts, options.output);
    else printLines(formatDrifts(drifts));
    endWith({ unknown, faults: drifts.length > 0 });
  });

/** Writes drifted values into the sources. Returns whether it could write all of them. */
async function adoptInto(
  directory: string,
  drifts: readonly ReportedDrift[],
  { output }: DriftCommandOptions,
): Promise<boolean> {
  const [{ adopt }, { formatAdoption }] = await Promise.all([
    import('../adopt/adopt.ts'),
    import('../print/drift.ts'),
  ]);
  const adoptions = await adopt(directory, drifts);
  if (output !== 'text') printData(adoptions, output);
  else printLines(adoptions.map(formatAdoption));
  return adoptions.every(({ reason }) => reason === '');
}
