import { Command } from 'commander';
import type { Decisions } from '#compiler/decisions.ts';
import type { Profile } from '#model/policy.ts';
import { objectArgument, type TypedName } from '../options/object-name.ts';
import { type OutputFormat, outputOption, profileOption } from '../options/shared.ts';
import { printData, printLines } from '../print/output.ts';
import { withProgress } from '../print/progress.ts';
import { trafficLines } from '../print/traffic-command.ts';
import { exitWith } from '../run/exit.ts';

interface ExplainOptions {
  readonly namespace: string;
  readonly cluster?: string;
  readonly fresh?: true;
  readonly profile: Profile;
  readonly output: OutputFormat;
}

export const command: Command = new Command('explain')
  .summary("explain an object's placement and rendered content")
  .addArgument(objectArgument('template'))
  .option('-n, --namespace <namespace>', 'namespace of the template', 'default')
  .option('-c, --cluster <name>', 'limit to this cluster')
  .option('--fresh', 'ignore bindings/ and place the object from scratch')
  .addOption(profileOption())
  .addOption(outputOption('output format'))
  .action(async (object: TypedName, options: ExplainOptions) => {
    const { fleetRoot } = await import('#io/files/fleet-root.ts');
    const decisions = await decide(fleetRoot('.'), object, options);
    await printExplanation(object, decisions, options);
  });

/** Returns the decisions of the fleet. Prints the faults of sources whose objects the explanation lacks. */
async function decide(
  dir: string,
  { name }: TypedName,
  { profile, fresh }: ExplainOptions,
): Promise<Decisions> {
  const [{ decideDirectory }, { printDiagnostics }] = await Promise.all([
    import('../fleet/decide.ts'),
    import('../print/compile.ts'),
  ]);
  const request = {
    forgets: fresh,
    shown: ({ repository: { templates } }: Decisions) =>
      templates.filter((template) => template.object.metadata.name === name),
  };
  const { decisions, diagnostics } = await withProgress('compiling', () =>
    decideDirectory(dir, profile, request),
  );
  const faults = diagnostics.filter(
    ({ code, severity }) => severity === 'error' && /^(read|parse|build|select)\//.test(code),
  );
  const consequence = 'faulty objects are missing from the explanation';
  exitWith({ faults: printDiagnostics(dir, faults, consequence) });
  return decisions;
}

async function printExplanation(
  object: TypedName,
  decisions: Decisions,
  { namespace, cluster, output }: ExplainOptions,
): Promise<void> {
  const [{ explain }, { findTemplate }, { restrictToCluster }, { formatExplanation }] =
    await Promise.all([
      import('#compiler/explain/explain.ts'),
      import('#compiler/explain/find.ts'),
      import('#compiler/explain/restrict.ts'),
      import('../print/explain.ts'),
    ]);
  const { repository } = decisions;
  const template = findTemplate(repository.templates, { ...object, namespace });
  const whole = explain(template, decisions);
  const shown =
    cluster === undefined ? whole : restrictToCluster(whole, cluster, repository.clusters);
  if (output !== 'text') printData(shown, output);
  else printLines([...formatExplanation(shown), ...trafficLines(template.object, decisions)]);
}
