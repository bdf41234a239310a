import { Command } from 'commander';
import { printErrors, printLines } from '../print/output.ts';

/** Exit status: 0 the lock is complete, 1 a chart or base cannot be locked, 2 usage. */
export const command: Command = new Command('lock')
  .summary('pin remote charts and bases by digest in regatta.lock')
  .argument('[dir]', 'fleet repository', '.')
  .option('--update', 're-resolve all entries and remove unused ones')
  .action(async (directory: string, { update = false }: { readonly update?: boolean }) => {
    const { lockDirectory } = await import('../fleet/lock.ts');
    const { lines, unused, faults } = await lockDirectory(directory, { update });
    printLines([...lines, ...unused.map((key) => `unused ${key}: --update removes it`)]);
    printErrors(faults);
    if (lines.length + unused.length + faults.length === 0) {
      printLines(['regatta.lock is up to date']);
    }
    process.exitCode = faults.length === 0 ? 0 : 1;
  });
