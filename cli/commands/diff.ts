import { Command, Option } from 'commander';
import type { KeyFile } from '#io/sops/secrets.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { LiveReport } from '../diff/live.ts';
import type { ReviewReport } from '../diff/report.ts';
import { ageKeyOption } from '../options/age-keys.ts';
import { outputOption, parseDuration } from '../options/shared.ts';
import { parseClusterName } from '../options/sync.ts';
import { paintDiagnostic, paintReview } from '../print/colour.ts';
import { printDocument, printErrors } from '../print/output.ts';
import { withProgress } from '../print/progress.ts';
import { endWith, exitWith, type Found } from '../run/exit.ts';

interface DiffCommandOptions {
  readonly base: string;
  readonly head?: string;
  readonly output: keyof typeof printers;
  readonly acknowledge?: string;
  readonly compile?: true;
  readonly live?: true;
  readonly kubeconfig?: string;
  readonly ageKeyFile?: readonly KeyFile[];
  readonly cluster?: readonly string[];
  readonly timeout: number;
}

export const command: Command = addLiveOptions(
  new Command('diff')
    .summary('show how a change of the repository affects the clusters')
    .argument('[dir]', 'fleet repository', '.')
    .option(
      '--base <ref>',
      'base revision; the diff starts at its merge base with --head',
      'origin/HEAD',
    )
    .option(
      '--head <ref>',
      'revision to compare (default: the work tree if it has uncommitted files, or else HEAD)',
    )
    .addOption(
      new Option(
        '--compile',
        'compile the sources of the head before the comparison, for repositories in which a bot or the syncer compiles',
      ).conflicts('live'),
    )
    .addOption(outputOption('output format', ['text', 'markdown', 'json', 'yaml', 'html']))
    .option(
      '--acknowledge <file>',
      'write a DeletionAcknowledgement of the deletions to this file, below a source folder',
    ),
).action(async (given: string, options: DiffCommandOptions) => {
  const [{ nearestFleet }, { limitNewSpace }] = await Promise.all([
    import('#io/files/fleet-root.ts'),
    import('#io/new-space.ts'),
  ]);
  // A diff of a large fleet lists tens of thousands of files, and most of these lists are short-lived.
  limitNewSpace();
  const directory = nearestFleet(given);
  if (!options.live) {
    exitWith(await diffCommits(directory, options).catch(failing(options)));
    return;
  }
  endWith(await diffLive(directory, options).catch(failing(options)));
});

function addLiveOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--live',
        'compare with the live state of the clusters, by dry runs that write nothing',
      ).conflicts('base'),
    )
    .option('--kubeconfig <file>', 'with --live: kubeconfig with contexts named after the clusters')
    .addOption(ageKeyOption('with --live: age keys that decrypt SOPS Secrets'))
    .addOption(
      new Option('--cluster <name>', 'with --live: limit to this cluster (repeatable)').argParser(
        (name: string, before?: readonly string[]) => [...(before ?? []), parseClusterName(name)],
      ),
    )
    .addOption(
      new Option('--timeout <duration>', 'with --live: maximum duration for each cluster')
        .argParser(parseDuration)
        .default(parseDuration('1m'), '1m'),
    );
}

async function diffCommits(directory: string, options: DiffCommandOptions): Promise<Found> {
  const [{ compareCommits }, { isRefused }, { notesOf }, { formatDiagnostics }] = await Promise.all(
    [
      import('../diff/commits.ts'),
      import('#review/budget.ts'),
      import('../review/lines.ts'),
      import('../print/compile.ts'),
    ],
  );
  const report = await withProgress('comparing', () => compareCommits(directory, options));
  await print(report, options);
  const errors = formatDiagnostics(report.diagnostics ?? [], 'diff compares the committed output');
  printErrors(errors, paintDiagnostic);
  printErrors(notesOf(report));
  if (options.acknowledge !== undefined) return acknowledge(report, options.acknowledge);
  return { refused: isRefused(report.verdict), faults: report.review.hunks.length > 0 };
}

async function diffLive(directory: string, options: DiffCommandOptions): Promise<Found> {
  const [{ compareLive }, { formatLeft }] = await Promise.all([
    import('../diff/live.ts'),
    import('../print/drift.ts'),
  ]);
  const { cluster: clusters, timeout: timeoutMs } = options;
  const live = { ...options, head: options.head ?? 'HEAD', clusters, timeoutMs };
  const report: LiveReport = await withProgress('asking the clusters', () =>
    compareLive(directory, live),
  );
  await print(report, options);
  printErrors([...report.remarks, ...report.left.flatMap(formatLeft), ...report.faults]);
  if (report.faults.length > 0) return { unknown: true };
  if (options.acknowledge !== undefined) return acknowledge(report, options.acknowledge);
  return { faults: report.review.hunks.length + report.remarks.length > 0 };
}

async function acknowledge(report: ReviewReport, file: string): Promise<Found> {
  const { writeAcknowledgement } = await import('../diff/acknowledge.ts');
  printErrors([await writeAcknowledgement(report, file)]);
  return {};
}

async function print(report: ReviewReport, { output }: DiffCommandOptions): Promise<void> {
  const paint = output === 'text' ? paintReview : undefined;
  printDocument(await (await printers[output]())(report), paint);
}

/**
 * Returns a handler that prints errors on standard error. For a format that people read without the log, it also
 * prints errors of a compile in that format.
 */
function failing({ output }: DiffCommandOptions): (error: unknown) => Promise<Found> {
  return async (error) => {
    if (!(error instanceof Error)) throw error;
    const [{ errorMessage }, { formatDiagnostics }, { CompileError }] = await Promise.all([
      import('#model/error.ts'),
      import('../print/compile.ts'),
      import('../diff/rendered-commit.ts'),
    ]);
    if (error instanceof CompileError) {
      const print = await failurePrinters[output]?.();
      if (print !== undefined) printDocument(print(error.message, error.diagnostics));
      printErrors(formatDiagnostics(error.diagnostics, 'nothing to compare'), paintDiagnostic);
    }
    printErrors([`regatta: ${errorMessage(error)}`]);
    return { unknown: true };
  };
}

type PrintFailure = (message: string, diagnostics: readonly Diagnostic[]) => string;

/** The formats that people read on a forge, without the log of the pipeline. */
const failurePrinters: Readonly<Record<string, (() => Promise<PrintFailure>) | undefined>> = {
  markdown: async () => (await import('../review/markdown.ts')).printMarkdownFailure,
  html: async () => (await import('../review/html.ts')).printHtmlFailure,
};

const printers = {
  text: async () => (await import('../review/text.ts')).printText,
  markdown: async () => (await import('../review/markdown.ts')).printMarkdown,
  html: async () => (await import('../review/html.ts')).printHtml,
  json: async () => (report: unknown) => `${JSON.stringify(report, null, 2)}\n`,
  yaml: async () => (await import('#model/manifest.ts')).printYaml,
};
