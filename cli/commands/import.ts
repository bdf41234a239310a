import { join } from 'node:path';
import { Command } from 'commander';
import { printErrors, printLines } from '../print/output.ts';
import { exitWith } from '../run/exit.ts';

export const command: Command = new Command('import')
  .summary('create a fleet repository from the objects of a Karmada API server')
  .argument('[files...]', 'output of kubectl get -o yaml or -o json; - reads the standard input', [
    '-',
  ])
  .requiredOption('--out <dir>', 'fleet repository to create; existing files are not overwritten')
  .action(async (files: readonly string[], { out }: { readonly out: string }) => {
    const [{ importFiles }, { count, formatDiagnostics }] = await Promise.all([
      import('../fleet/import.ts'),
      import('../print/compile.ts'),
    ]);
    const result = await importFiles(files, out);
    if (result.type === 'refused') {
      const lines = formatDiagnostics(result.diagnostics, 'nothing was written');
      printErrors([...lines, ...result.taken.map((file) => `${join(out, file)} exists already`)]);
      exitWith({ faults: true });
      return;
    }
    const { files: written, leftOut, secrets } = result.imported;
    printLines([
      ...leftOut.map(({ object, reason }) => `left out   ${object}: ${reason}`),
      ...secrets.map((secret) => `warning    ${secret} is now in a file in plain text`),
      `${count(written.size, 'file')} written to ${out}; next: regatta compile ${out}`,
    ]);
  });
