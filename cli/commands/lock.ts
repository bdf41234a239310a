import { Command } from 'commander';

/** Exit status: 0 the lock is complete, 1 a chart or base cannot be locked, 2 usage. */
export const command: Command = new Command('lock')
  .summary('pin remote charts and bases by digest in regatta.lock')
  .argument('[dir]', 'fleet repository', '.')
  .option('--update', 're-resolve all entries and remove unused ones')
  .action(async (directory: string, { update = false }: { readonly update?: boolean }) => {
    const { lockDirectory } = await import('../fleet/lock.ts');
    const { lines, unused, faults } = await lockDirectory(directory, { update });
    for (const line of lines) console.log(line);
    for (const key of unused) console.log(`unused ${key}: --update removes it`);
    for (const fault of faults) console.error(fault);
    if (lines.length + unused.length + faults.length === 0)
      console.log('regatta.lock is up to date');
    process.exitCode = faults.length === 0 ? 0 : 1;
  });
