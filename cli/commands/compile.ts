import { Command, Option } from 'commander';
import type { Profile } from '#model/policy.ts';
import type { Judge } from '../fleet/judge.ts';
import {
  addCompileLimits,
  type CompileLimitOptions,
  compileLimits,
  limitsCompile,
} from '../options/compile-limits.ts';
import { type OutputFormat, outputOption, profileOption } from '../options/shared.ts';
import { printData, printErrors, printLines } from '../print/output.ts';
import { withProgress } from '../print/progress.ts';
import { exitWith, type Found } from '../run/exit.ts';

interface CompileCommandOptions extends CompileLimitOptions {
  readonly out?: string;
  readonly check?: true;
  readonly base?: string;
  readonly watch?: true;
  readonly partial?: true;
  readonly strict?: true;
  readonly output: OutputFormat;
  readonly profile: Profile;
}

const unlimited = new Command('compile')
  .summary('render one directory of manifests for each member cluster')
  .argument('[dir]', 'fleet repository', '.')
  .option('--out <dir>', 'directory for rendered/ and bindings/ (default: the fleet repository)')
  .option('--check', 'write nothing; exit 1 if the committed output is stale')
  .option(
    '--base <ref>',
    'with --check: check the output by the settings at the merge base of HEAD and this commit (default: the settings of HEAD)',
  )
  .addOption(
    new Option('--watch', 'compile again after each change of a source').conflicts('check'),
  )
  .addOption(profileOption())
  .option('--partial', 'write the objects without errors, and leave out the others')
  .option('--strict', 'treat warnings as errors')
  .addOption(outputOption('format of the summary'));

export const command: Command = addCompileLimits(unlimited, { memory: 'none', timeout: 'none' })
  .hook('preAction', (_, running) => {
    const options = running.opts<CompileCommandOptions>();
    const { check, base, watch } = options;
    if (base !== undefined && !check) running.error("error: option '--base <ref>' needs '--check'");
    if (watch && limitsCompile(options)) {
      running.error("error: option '--watch' cannot be used with the limits of a compile");
    }
  })
  .action(async (given: string, options: CompileCommandOptions) => {
    const { fleetRoot } = await import('#io/files/fleet-root.ts');
    const directory = fleetRoot(given);
    if (limitsCompile(options)) {
      process.exitCode = await compileInChild(directory, options);
      return;
    }
    const compileOnce = async () => {
      exitWith(await compile(directory, options));
    };
    const warning = hooksWarning(directory);
    if (options.watch) {
      printErrors(await warning);
      await watch(directory, compileOnce);
    } else {
      await compileOnce();
      printErrors(await warning);
    }
  });

/** Runs the same command without its limits in a child process, which the limits end. */
async function compileInChild(directory: string, options: CompileCommandOptions): Promise<number> {
  const { compileMemory, compileTimeout, ...others } = options;
  const { commandWithin } = await import('../run/compile-child.ts');
  const flags = Object.entries(others).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  );
  const limits = compileLimits({ compileMemory, compileTimeout });
  return commandWithin(limits, [...flags, '--', directory], stopSignal());
}

/** Aborts when the user or the system ends this process, which must not leave the child process behind. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.once(name, () => stop.abort(new Error(`ended by ${name}`)));
  }
  return stop.signal;
}

/** Returns lines that warn of hooks in the work tree. */
async function hooksWarning(directory: string): Promise<readonly string[]> {
  const { mayMoveHooks } = await import('#io/git/settings-files.ts');
  if (!mayMoveHooks(directory)) return [];
  const [{ hooksInTree }, { formatHooksInTree }] = await Promise.all([
    import('#io/git/checkout.ts'),
    import('../print/hooks.ts'),
  ]);
  const set = await hooksInTree(directory, new AbortController().signal);
  return set === undefined ? [] : formatHooksInTree(set);
}

async function compile(directory: string, options: CompileCommandOptions): Promise<Found> {
  const [{ compileDirectory }, { formatStale, formatSummary, printDiagnostics }] =
    await Promise.all([import('../fleet/compile.ts'), import('../print/compile.ts')]);
  const { out, check, output, profile, partial, strict } = options;
  const start = performance.now();
  const judge = check ? await judgeFor(directory, options) : undefined;
  const how = { out, check, judge, profile, partial, strict };
  const result = await withProgress('compiling', () => compileDirectory(directory, how));
  const ms = Math.round(performance.now() - start);
  const consequence = result.written ? 'faulty objects were left out' : 'nothing was written';
  printDiagnostics(directory, result.diagnostics, consequence);
  const stale = check === true && result.written && result.changed.length > 0;
  if (output !== 'text') {
    const { ok, diagnostics, summary, leftOut, overridden, changed } = result;
    const report = { ok, stale, ...summary, ms, ...leftOut, overridden, changed, diagnostics };
    printData(report, output);
  } else if (stale) {
    printLines(formatStale(result));
  } else if (result.written) {
    printLines([formatSummary(result, ms)]);
  }
  const { deletions } = result;
  const faults = !result.ok || stale;
  if (deletions === undefined || deletions.excesses.length === 0) return { faults };
  const [{ verdictLines }, { isRefused }] = await Promise.all([
    import('../review/budget.ts'),
    import('#review/budget.ts'),
  ]);
  printErrors(verdictLines(deletions));
  return { faults, refused: isRefused(deletions) };
}

async function judgeFor(directory: string, { base }: CompileCommandOptions): Promise<Judge> {
  const { judgeOf } = await import('../diff/judge.ts');
  return judgeOf(directory, base);
}

async function watch(directory: string, compileOnce: () => Promise<void>): Promise<void> {
  const [{ watchPaths }, { sourcePaths }] = await Promise.all([
    import('#io/files/watch.ts'),
    import('../fleet/read.ts'),
  ]);
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  printErrors([`watching ${directory}; press Ctrl+C to stop`]);
  await watchPaths(await sourcePaths(directory), compileOnce, stop.signal);
  process.exitCode = 0;
}
