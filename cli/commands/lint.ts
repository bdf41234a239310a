import { Command, Option } from 'commander';
import type { Profile } from '#model/policy.ts';
import type { LintFormat } from '../lint/format.ts';
import { profileOption } from '../options/shared.ts';

interface LintCommandOptions {
  readonly strict?: boolean;
  readonly output: LintFormat;
  readonly profile: Profile;
  readonly base?: string;
}

const formats: readonly LintFormat[] = ['text', 'json', 'sarif', 'github', 'junit', 'gitlab'];

const checkedBy = `
What is checked by which code:
  Kubernetes' own     every object of a built-in kind, and of a kind that a CustomResourceDefinition
                      of the repository defines: API server 1.37, which emulates the cluster's release
                      (1.34 to 1.37); Pod Security; ValidatingAdmissionPolicies of the repository
  Regatta's           API versions by the cluster's release, kinds without a definition, namespaces
  not at all          admission webhooks, quotas, and what else depends on the state of a cluster`;

/** Exit status: 0 nothing to correct, 1 errors (with --strict also warnings), 2 usage. */
export const command: Command = new Command('lint')
  .summary('find what API servers would refuse, and every other fault, without a cluster')
  .argument('[dir]', 'fleet repository', '.')
  .option('--strict', 'treat warnings as errors')
  .addOption(profileOption())
  .option(
    '--base <ref>',
    'check as updates what differs from where HEAD and this commit have parted (default: from rendered/)',
  )
  .addOption(new Option('-o, --output <format>', 'how to tell it').choices(formats).default('text'))
  .addHelpText('after', checkedBy)
  .action(async (directory: string, options: LintCommandOptions) => {
    const { strict = false, output, profile, base } = options;
    const [{ lintDirectory }, { formatFindings }, { shownSource }] = await Promise.all([
      import('../lint/lint.ts'),
      import('../lint/format.ts'),
      import('../print/shown-source.ts'),
    ]);
    const diagnostics = await lintDirectory(directory, { profile, strict, base });
    const text = formatFindings(diagnostics, output, shownSource(directory, process.stdout));
    if (text !== '') console.log(text);
    process.exitCode = diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0;
  });
