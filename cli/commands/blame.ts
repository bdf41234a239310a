import { Argument, Command, InvalidArgumentError } from 'commander';
import type { BlamedLine } from '#compiler/explain/blame.ts';
import type { Origin } from '#compiler/explain/origin.ts';
import type { Profile } from '#model/policy.ts';
import { outputOption, profileOption } from '../options/shared.ts';
import { printErrors, printJson, printLines } from '../print/output.ts';

interface BlameOptions {
  readonly dir: string;
  readonly profile: Profile;
  readonly output: 'text' | 'json';
}

interface BlamedRange {
  readonly file: string;
  /** 1-based; all lines when absent. */
  readonly line?: number;
}

/** Exit status: 0 printed, 1 compile does not write the file or the repository has errors, 2 usage. */
export const command: Command = new Command('blame')
  .summary('print the source line behind each line of a rendered file')
  .addArgument(
    new Argument('<file[:line]>', 'rendered file, and optionally one of its lines').argParser(
      parseFile,
    ),
  )
  .option('-C, --dir <dir>', 'fleet repository', '.')
  .addOption(profileOption())
  .addOption(outputOption('output format'))
  .action(async ({ file, line }: BlamedRange, { dir: given, profile, output }: BlameOptions) => {
    const [{ fleetRoot }, { blameFile }, { printDiagnostics }] = await Promise.all([
      import('#io/files/fleet-root.ts'),
      import('../fleet/blame.ts'),
      import('../print/compile.ts'),
    ]);
    const dir = fleetRoot(given);
    const { lines, isStale, diagnostics } = await blameFile(dir, file, profile);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (printDiagnostics(dir, errors, 'regatta compile would write nothing')) process.exitCode = 1;
    if (isStale)
      printErrors([`${file} is stale: these are the lines that regatta compile would write`]);
    const shown = line === undefined ? lines : lines.slice(line - 1, line);
    if (shown.length === 0)
      throw new Error(`${file} has no line ${line}, only ${lines.length} lines`);
    if (output === 'json') printJson(shown);
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
