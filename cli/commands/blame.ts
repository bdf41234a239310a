import { Argument, Command, InvalidArgumentError } from 'commander';
import type { BlamedLine } from '#compiler/explain/blame.ts';
import type { Origin } from '#compiler/explain/origin.ts';
import { NoSuchObjectError } from '#model/no-such-object.ts';
import type { Profile } from '#model/policy.ts';
import { type OutputFormat, outputOption, profileOption } from '../options/shared.ts';
import { printData, printErrors, printLines } from '../print/output.ts';
import { withProgress } from '../print/progress.ts';
import { exitWith } from '../run/exit.ts';

interface BlameOptions {
  readonly profile: Profile;
  readonly output: OutputFormat;
}

interface BlamedRange {
  readonly file: string;
  /** 1-based; all lines when absent. */
  readonly line?: number;
}

export const command: Command = new Command('blame')
  .summary('print the source line behind each line of a rendered file')
  .addArgument(
    new Argument('<file[:line]>', 'rendered file, and optionally one of its lines').argParser(
      parseFile,
    ),
  )
  .addOption(profileOption())
  .addOption(outputOption('output format'))
  .action(async ({ file, line }: BlamedRange, { profile, output }: BlameOptions) => {
    const [{ fleetRoot }, { blameFile }, { printDiagnostics }] = await Promise.all([
      import('#io/files/fleet-root.ts'),
      import('../fleet/blame.ts'),
      import('../print/compile.ts'),
    ]);
    const dir = fleetRoot('.');
    const { lines, isStale, diagnostics } = await withProgress('compiling', () =>
      blameFile(dir, file, profile),
    );
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    exitWith({ faults: printDiagnostics(dir, errors, 'regatta compile would write nothing') });
    if (isStale)
      printErrors([`${file} is stale: these are the lines that regatta compile would write`]);
    const shown = line === undefined ? lines : lines.slice(line - 1, line);
    if (shown.length === 0)
      throw new NoSuchObjectError(`${file} has no line ${line}, only ${lines.length} lines`);
    if (output !== 'text') printData(shown, output);
    else printLines(formatBlame(shown));
  });

/** Formats the origin of each line and the line, in two columns. */
function formatBlame(lines: readonly BlamedLine[]): readonly string[] {
  const origins = lines.map(({ origin }) => formatOrigin(origin));
  const width = Math.max(...origins.map(({ length }) => length));
  return lines.map(({ text }, index) => `${(origins[index] ?? '').padEnd(width)}  ${text}`);
}

function formatOrigin({ by, policy, at }: Origin): string {
  if (at === undefined) return `(${by})`;
  return `${at.file}:${at.line}${policy === undefined ? '' : ` ${policy}`}`;
}

function parseFile(text: string): BlamedRange {
  const [, file = '', line] = /^(.+?)(?::(\d+))?$/.exec(text) ?? [];
  if (file === '' || line === '0') throw new InvalidArgumentError('line numbers start at 1');
  return line === undefined ? { file } : { file, line: Number(line) };
}
