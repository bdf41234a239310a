import { join } from 'node:path';
import { Command } from 'commander';
import { printErrors, printLines } from '../print/output.ts';
import { exitWith } from '../run/exit.ts';

interface ImportCommandOptions {
  readonly out: string;
  readonly takeOver: boolean;
}

export const command: Command = new Command('import')
  .summary('create or refresh a fleet repository from the objects of a Karmada API server')
  .argument('[files...]', 'output of kubectl get -o yaml or -o json; - reads the standard input', [
    '-',
  ])
  .requiredOption(
    '--out <dir>',
    'fleet repository to create; if an earlier import created it, merge the changes since then',
  )
  .option(
    '--no-take-over',
    'do not change conflictResolution: the syncer then refuses the objects that Karmada created',
  )
  .action(async (files: readonly string[], { out, takeOver }: ImportCommandOptions) => {
    const [{ importFiles }, { formatDiagnostics }, { formatImported, formatSteps }] =
      await Promise.all([
        import('../fleet/import.ts'),
        import('../print/compile.ts'),
        import('../print/import.ts'),
      ]);
    const result = await importFiles(files, out, { takeOver });
    if (result.type === 'refused') {
      const lines = formatDiagnostics(result.diagnostics, 'nothing was written');
      printErrors([...lines, ...result.taken.map((file) => `${join(out, file)} exists already`)]);
      exitWith({ faults: true });
      return;
    }
    const steps = result.type === 'refreshed' ? result.steps : [];
    printLines([...formatImported(result.imported, result.type), ...formatSteps(steps)]);
    const conflicts = steps.filter(({ type }) => type === 'conflict').length;
    const written = `${result.files} ${result.files === 1 ? 'file' : 'files'} written to ${out}`;
    const next = conflicts > 0 ? 'resolve the conflicts, then' : 'next:';
    printLines([`${written}; ${next} regatta compile ${out}`]);
    exitWith({ faults: conflicts > 0 });
  });
