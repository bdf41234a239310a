import { Command, Option } from 'commander';
import type { Forge } from '../fleet/init.ts';
import { printErrors, printLines } from '../print/output.ts';

interface InitCommandOptions {
  readonly ci: Forge;
}

const forges: readonly Forge[] = ['github', 'gitlab', 'none'];

/** Exit status: 0 created, 1 a file exists already or the template has errors, 2 usage. */
export const command: Command = new Command('init')
  .summary('create a fleet repository with an example and review pipelines')
  .argument('[dir]', 'directory, which may be a Git repository already', '.')
  .addOption(
    new Option('--ci <forge>', 'CI system of the pipelines').choices(forges).default('github'),
  )
  .action(async (directory: string, { ci }: InitCommandOptions) => {
    const [{ initRepository }, { count, printDiagnostics }] = await Promise.all([
      import('../fleet/init.ts'),
      import('../print/compile.ts'),
    ]);
    const result = await initRepository(directory, ci);
    if (result.type === 'refused') {
      printErrors([
        ...result.taken.map((path) => `${path} exists already`),
        'regatta: nothing was written, because init overwrites no files',
      ]);
      process.exitCode = 1;
      return;
    }
    const { diagnostics, ok, summary } = result.compiled;
    printDiagnostics(directory, diagnostics, 'nothing was rendered');
    const rendered = `${count(summary.objects, 'object')} rendered for ${count(summary.clusters, 'cluster')}`;
    printLines([
      `${count(result.files, 'file')} written, ${rendered}`,
      ...nextSteps(directory, ci),
    ]);
    process.exitCode = ok ? 0 : 1;
  });

function nextSteps(directory: string, ci: Forge): readonly string[] {
  const enter = directory === '.' ? [] : [`cd ${directory}`];
  const steps = [
    ...enter,
    'git init --initial-branch=main    (unless this is a Git repository already)',
    'npm install    (pins this regatta in package-lock.json, for you and for the pipelines)',
    'npx regatta hook install    (compiles before each commit)',
    'put your clusters into clusters/ and your owners into CODEOWNERS, then git add --all and commit',
    ...(ci === 'none' ? [] : ['read README.md about the pipelines and their requirements']),
  ];
  return ['next:', ...steps.map((step, index) => `  ${index + 1}. ${step}`)];
}
