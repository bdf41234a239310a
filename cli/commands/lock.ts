import { Command } from 'commander';

/** Exit status: 0 the lock has all that is to be fetched, 1 something cannot be had, 2 usage. */
export const command: Command = new Command('lock')
  .summary('write into regatta.lock what charts and bases from the network are')
  .argument('[dir]', 'fleet repository', '.')
  .option('--update', 'take what is there now, also of what is locked; drop what nothing names')
  .action(async (directory: string, { update = false }: { readonly update?: boolean }) => {
    const { lockDirectory } = await import('../fleet/lock.ts');
    const { lines, unused, faults } = await lockDirectory(directory, { update });
    for (const line of lines) console.log(line);
    for (const key of unused) console.log(`unused ${key}: --update drops it`);
    for (const fault of faults) console.error(fault);
    if (lines.length + unused.length + faults.length === 0)
      console.log('regatta.lock is as it has to be');
    process.exitCode = faults.length === 0 ? 0 : 1;
  });
