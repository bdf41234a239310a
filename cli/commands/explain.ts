import { Command } from 'commander';
import type { Decisions } from '#compiler/decisions.ts';
import type { Profile } from '#model/policy.ts';
import { objectArgument, type TypedName } from '../options/object-name.ts';
import { outputOption, profileOption } from '../options/shared.ts';
import { printJson, printLines } from '../print/output.ts';

interface ExplainOptions {
  readonly namespace: string;
  readonly cluster?: string;
  readonly fresh?: true;
  readonly dir: string;
  readonly profile: Profile;
  readonly output: 'text' | 'json';
}

/** Exit status: 0 explained, 1 no such object or faulty sources, 2 usage or no such cluster. */
export const command: Command = new Command('explain')
  .summary("explain an object's placement and rendered content")
  .addArgument(objectArgument('template'))
  .option('-n, --namespace <namespace>', 'namespace of the template', 'default')
  .option('-c, --cluster <name>', 'limit to this cluster')
  .option('--fresh', 'ignore bindings/ and place the object from scratch')
  .option('-C, --dir <dir>', 'fleet repository', '.')
  .addOption(profileOption())
  .addOption(outputOption('output format'))
  .action(async (object: TypedName, options: ExplainOptions) => {
    const { fleetRoot } = await import('#io/files/fleet-root.ts');
    const [{ decideDirectory }, { printDiagnostics }, { explain }, { findTemplate }, cut, output] =
      await Promise.all([
        import('../fleet/decide.ts'),
        import('../print/compile.ts'),
        import('#compiler/explain/explain.ts'),
        import('#compiler/explain/find.ts'),
        import('#compiler/explain/restrict.ts'),
        import('../print/explain.ts'),
      ]);
    const { profile, namespace, cluster, fresh } = options;
    const dir = fleetRoot(options.dir);
    const asked = {
      forgets: fresh,
      shown: ({ repository: { templates } }: Decisions) =>
        templates.filter((template) => template.object.metadata.name === object.name),
    };
    const { decisions, diagnostics } = await decideDirectory(dir, profile, asked);
    const faults = diagnostics.filter(
      ({ code, severity }) => severity === 'error' && /^(read|parse|build|select)\//.test(code),
    );
    const consequence = 'faulty objects are missing from the explanation';
    if (printDiagnostics(dir, faults, consequence)) process.exitCode = 1;
    const { repository } = decisions;
    const template = findTemplate(repository.templates, { ...object, namespace });
    const whole = explain(template, decisions);
    const shown =
      cluster === undefined ? whole : cut.restrictToCluster(whole, cluster, repository.clusters);
    if (options.output === 'json') printJson(shown);
    else printLines(output.formatExplanation(shown));
  });
