import { Command, Option } from 'commander';
import { fleetFile } from '#model/fleet-file.ts';
import type { Forge } from '../fleet/init.ts';
import type { PackageSource } from '../fleet/own-package.ts';
import { printErrors, printLines } from '../print/output.ts';
import { exitWith } from '../run/exit.ts';

interface InitCommandOptions {
  readonly ci: Forge;
  readonly package?: string;
  readonly into?: string;
}

const forges: readonly Forge[] = ['github', 'gitlab', 'none'];

export const command: Command = new Command('init')
  .summary('create a fleet repository with an example and review pipelines')
  .argument('[dir]', 'directory, which may be a Git repository already', '.')
  .addOption(
    new Option('--ci <forge>', 'CI system of the pipelines').choices(forges).default('github'),
  )
  .option(
    '--package <spec>',
    'Regatta package that the repository installs: a file from npm pack, a URL, or a name with a version (default: the running package, if npm installed it in a project)',
  )
  .option(
    '--into <dir>',
    'add pipelines, README.md and other missing files to an existing fleet repository, such as an imported one, and change no existing file',
  )
  .action(async (directory: string, options: InitCommandOptions) => {
    const { ci, package: named, into } = options;
    if (into !== undefined) return complete(into, options);
    const [{ initRepository }, { namedPackage, ownPackage }, { count, printDiagnostics }] =
      await Promise.all([
        import('../fleet/init.ts'),
        import('../fleet/own-package.ts'),
        import('../print/compile.ts'),
      ]);
    const source = named === undefined ? ownPackage(directory) : namedPackage(named, directory);
    const result = await initRepository(directory, ci, source);
    if (result.type === 'refused') {
      printErrors([
        ...result.taken.map((path) => `${path} exists already`),
        'regatta: nothing was written, because init overwrites no files',
      ]);
      exitWith({ faults: true });
      return;
    }
    const { diagnostics, ok, summary } = result.compiled;
    printDiagnostics(directory, diagnostics, 'nothing was rendered');
    const rendered = `${count(summary.objects, 'object')} rendered for ${count(summary.clusters, 'cluster')}`;
    printLines([
      `${count(result.files, 'file')} written, ${rendered}`,
      ...nextSteps(directory, ci, source),
    ]);
    exitWith({ faults: !ok });
  });

async function complete(directory: string, { ci, package: named }: InitCommandOptions) {
  const [{ completeRepository }, { namedPackage, ownPackage }, { count }] = await Promise.all([
    import('../fleet/init.ts'),
    import('../fleet/own-package.ts'),
    import('../print/compile.ts'),
  ]);
  const source = named === undefined ? ownPackage(directory) : namedPackage(named, directory);
  const result = await completeRepository(directory, ci, source);
  if (result.type === 'not-a-fleet') {
    printErrors([
      `regatta: ${directory} is not a fleet repository: it has neither ${fleetFile} nor a folder of sources; to create one, run regatta init ${directory}`,
    ]);
    exitWith({ faults: true });
    return;
  }
  const { written, kept } = result;
  printLines([
    ...kept.map((path) => `kept       ${path}: it exists already`),
    ...written.map((path) => `written    ${path}`),
    `${count(written.length, 'file')} written to ${directory}, ${kept.length} kept`,
    ...nextSteps(directory, ci, kept.includes('package.json') ? undefined : source),
  ]);
}

function nextSteps(
  directory: string,
  ci: Forge,
  source: PackageSource | undefined,
): readonly string[] {
  const enter = directory === '.' ? [] : [`cd ${directory}`];
  const steps = [
    ...enter,
    'git init --initial-branch=main    (unless this is a Git repository already)',
    installStep(source),
    'npx regatta hook install    (compiles before each commit)',
    'put your clusters into clusters/ and your owners into CODEOWNERS, then git add --all and commit',
    ...(ci === 'none' ? [] : ['read README.md for the pipelines and their requirements']),
  ];
  return ['next:', ...steps.map((step, index) => `  ${index + 1}. ${step}`)];
}

/** Names no package that is not published: anyone could register the name and run code in the pipelines. */
function installStep(source: PackageSource | undefined): string {
  if (source === undefined) {
    return 'npm install --save-dev FILE_OR_ADDRESS    (the Regatta package from npm pack; pipelines must be able to reach it)';
  }
  const { spec, integrity } = source;
  const pins = integrity === undefined ? 'npm pins its digest' : 'its digest is pinned';
  const outside = spec.startsWith('file:..')
    ? '; pipelines cannot reach this file: pass an address to --package'
    : '';
  return `npm install    (Regatta from ${spec}; ${pins} in package-lock.json${outside})`;
}
