import { Command, Option } from 'commander';
import type { Profile } from '#model/profile.ts';
import type { LintFormat } from '../lint/format.ts';
import { profileOption } from './options.ts';

interface LintCommandOptions {
  readonly strict?: boolean;
  readonly output: LintFormat;
  readonly profile: Profile;
}

const formats: readonly LintFormat[] = ['text', 'json', 'sarif', 'github', 'junit', 'gitlab'];

/** Exit status: 0 nothing to correct, 1 errors (with --strict also warnings), 2 usage. */
export const lintCommand: Command = new Command('lint')
  .summary('find what API servers would refuse, and every other fault, without a cluster')
  .argument('[dir]', 'fleet repository', '.')
  .option('--strict', 'treat warnings as errors')
  .addOption(profileOption())
  .addOption(new Option('-o, --output <format>', 'how to tell it').choices(formats).default('text'))
  .action(async (directory: string, { strict = false, output, profile }: LintCommandOptions) => {
    const [{ lintDirectory }, { formatFindings }] = await Promise.all([
      import('../lint-directory.ts'),
      import('../lint/format.ts'),
    ]);
    const diagnostics = await lintDirectory(directory, { profile, strict });
    const text = formatFindings(diagnostics, output);
    if (text !== '') console.log(text);
    process.exitCode = diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0;
  });
