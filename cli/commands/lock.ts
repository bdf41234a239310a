import { Command } from 'commander';
import { printErrors, printLines } from '../print/output.ts';

/** Exit status: 0 the lock is complete, 1 a chart or base cannot be locked, 2 usage. */
export const command: Command = new Command('lock')
  .summary('pin remote charts and bases by digest in regatta.lock')
  .argument('[dir]', 'fleet repository', '.')
  .option('--update', 're-resolve all entries and remove unused ones')
  .action(async (given: string, { update = false }: { readonly update?: boolean }) => {
    const [{ fleetRoot }, { lockDirectory }] = await Promise.all([
      import('#io/files/fleet-root.ts'),
      import('../fleet/lock.ts'),
    ]);
    const directory = fleetRoot(given);
    const { lines, unused, faults } = await lockDirectory(directory, { update });
    printLines([...lines, ...unused.map((key) => `unused ${key}: --update removes it`)]);
    printErrors(faults);
    if (lines.length + unused.length + faults.length === 0) {
      printLines(['regatta.lock is up to date']);
    }
    process.exitCode = faults.length === 0 ? 0 : 1;
  });
