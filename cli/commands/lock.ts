import { Command } from 'commander';
import { type OutputFormat, outputOption } from '../options/shared.ts';
import { printData, printErrors, printLines } from '../print/output.ts';
import { withProgress } from '../print/progress.ts';
import { exitWith } from '../run/exit.ts';

interface LockOptions {
  readonly update?: boolean;
  readonly output: OutputFormat;
}

export const command: Command = new Command('lock')
  .summary('pin remote charts and bases by digest in regatta.lock')
  .argument('[dir]', 'fleet repository', '.')
  .option('--update', 're-resolve all entries and remove unused ones')
  .addOption(outputOption('output format'))
  .action(async (given: string, { update = false, output }: LockOptions) => {
    const [{ fleetRoot }, { lockDirectory }] = await Promise.all([
      import('#io/files/fleet-root.ts'),
      import('../fleet/lock.ts'),
    ]);
    const directory = fleetRoot(given);
    const { lines, unused, faults } = await withProgress('fetching', () =>
      lockDirectory(directory, { update }),
    );
    printErrors(faults);
    if (output !== 'text') {
      printData({ lines, unused, faults }, output);
    } else if (lines.length + unused.length + faults.length === 0) {
      printLines(['regatta.lock is up to date']);
    } else {
      printLines([...lines, ...unused.map((key) => `unused ${key}: --update removes it`)]);
    }
    exitWith({ faults: faults.length > 0 });
  });
