import { Command } from 'commander';

/** Exit status: 0 imported, 1 the export has errors or would overwrite something, 2 usage. */
export const importCommand: Command = new Command('import')
  .summary('make a fleet repository of what a Karmada API server holds')
  .argument('[files...]', 'output of kubectl get -o yaml or -o json; - is the standard input', [
    '-',
  ])
  .requiredOption('--out <dir>', 'the fleet repository to make; nothing in it is overwritten')
  .action(async (files: readonly string[], { out }: { readonly out: string }) => {
    const { importFiles } = await import('../fleet/import.ts');
    process.exitCode = (await importFiles(files, out)) ? 0 : 1;
  });
