import { Command, Option } from 'commander';
import type { Profile } from '#model/policy.ts';
import type { LintFormat } from '../lint/format.ts';
import { profileOption } from '../options/shared.ts';
import { paintDiagnostic } from '../print/colour.ts';
import { printDocument } from '../print/output.ts';
import { exitWith } from '../run/exit.ts';

interface LintCommandOptions {
  readonly strict?: boolean;
  readonly accepted?: boolean;
  readonly output: LintFormat;
  readonly profile: Profile;
  readonly base?: string;
}

const formats: readonly LintFormat[] = [
  'text',
  'json',
  'yaml',
  'sarif',
  'github',
  'junit',
  'gitlab',
];

const checkedBy = `
Checks:
  by Kubernetes code  every object of a built-in kind, and of a kind that a CustomResourceDefinition
                      of the repository defines: API server 1.37, emulating the cluster's release
                      (1.34 to 1.37); Pod Security; ValidatingAdmissionPolicies of the repository
  by Istio's code     the configuration of each mesh, with the Services and pods of its clusters
  by Regatta          API versions of the cluster's release, kinds without a definition, namespaces,
                      references and selectors that lead to nothing on the cluster
  not checked         admission webhooks, quotas, limit ranges, and anything else that depends on a
                      cluster's state; objects that SOPS has encrypted; custom resources whose
                      definition the repository does not hold, except Istio's
docs/validation.md has the details.`;

export const command: Command = new Command('lint')
  .summary('find faults without a cluster, including objects that API servers would reject')
  .argument('[dir]', 'fleet repository', '.')
  .option('--strict', 'treat warnings as errors')
  .option('--accepted', 'also list the warnings that the sources accept, with their reasons')
  .addOption(profileOption())
  .option(
    '--base <ref>',
    'validate changes since the merge base of HEAD and this commit as updates (default: changes from the files in rendered/)',
  )
  .addOption(new Option('-o, --output <format>', 'output format').choices(formats).default('text'))
  .addHelpText('after', checkedBy)
  .action(async (given: string, options: LintCommandOptions) => {
    const { strict = false, accepted: lists = false, output, profile, base } = options;
    const [
      { fleetRoot },
      { limitNewSpace },
      { lintDirectory },
      { formatFindings },
      { shownSource },
      { withProgress },
    ] = await Promise.all([
      import('#io/files/fleet-root.ts'),
      import('#io/new-space.ts'),
      import('../lint/lint.ts'),
      import('../lint/format.ts'),
      import('../print/shown-source.ts'),
      import('../print/progress.ts'),
    ]);
    limitNewSpace();
    const directory = fleetRoot(given);
    const result = await withProgress('checking the fleet', () =>
      lintDirectory(directory, { profile, strict, base }),
    );
    const source = shownSource(directory, process.stdout);
    const text = formatFindings(result, { format: output, lists, source });
    if (text !== '') printDocument(`${text}\n`, output === 'text' ? paintDiagnostic : undefined);
    exitWith({ faults: result.diagnostics.some(({ severity }) => severity === 'error') });
  });
