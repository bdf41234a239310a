import { Command, Option } from 'commander';

interface DiffCommandOptions {
  readonly base: string;
  readonly head: string;
  readonly output: 'text' | 'markdown' | 'json' | 'html';
}

/** Exit status: 0 the same, 1 different, 2 it can't be told, or is above the deletion budget. */
export const diffCommand: Command = new Command('diff')
  .summary('show what a change of the repository changes on the clusters')
  .argument('[dir]', 'fleet repository', '.')
  .option('--base <ref>', 'what it is compared with, from where the two parted', 'origin/HEAD')
  .option('--head <ref>', 'what is compared', 'HEAD')
  .addOption(
    new Option('-o, --output <format>', 'what to print')
      .choices(['text', 'markdown', 'json', 'html'])
      .default('text'),
  )
  .action(async (directory: string, { base, head, output }: DiffCommandOptions) => {
    const [{ compareCommits }, { formatDiagnostics }, { CompileError }, { isRefused }] =
      await Promise.all([
        import('../compare-commits.ts'),
        import('../compile-output.ts'),
        import('../rendered-commit.ts'),
        import('#review/budget.ts'),
      ]);
    try {
      const report = await compareCommits(directory, { base, head });
      process.stdout.write(await (await printers[output]())(report));
      const { review, verdict } = report;
      process.exitCode = isRefused(verdict) ? 2 : Math.min(review.hunks.length, 1);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (error instanceof CompileError) {
        const lines = formatDiagnostics(error.diagnostics, 'there is nothing to compare');
        for (const line of lines) console.error(line);
      }
      console.error(`regatta: ${error.message}`);
      process.exitCode = 2;
    }
  });

const printers = {
  text: async () => (await import('../review/text.ts')).printText,
  markdown: async () => (await import('../review/markdown.ts')).printMarkdown,
  html: async () => (await import('../review/html.ts')).printHtml,
  json: async () => (report: unknown) => `${JSON.stringify(report, null, 2)}\n`,
};
