import { Argument, Command, InvalidArgumentError } from 'commander';
import type { Profile } from '#model/policy.ts';
import { outputOption, profileOption } from '../options/shared.ts';

interface ExplainOptions {
  readonly namespace: string;
  readonly cluster?: string;
  readonly fresh?: true;
  readonly dir: string;
  readonly profile: Profile;
  readonly output: 'text' | 'json';
}

interface Wanted {
  readonly kind: string;
  readonly name: string;
}

/** Exit status: 0 explained, 1 there is no such object, or sources are faulty, 2 usage. */
export const command: Command = new Command('explain')
  .summary('say why an object is where it is, and as it is')
  .addArgument(
    new Argument('<kind/name>', 'a template, as kubectl names it: deploy/web').argParser(parseName),
  )
  .option('-n, --namespace <namespace>', 'namespace of the template', 'default')
  .option('-c, --cluster <name>', 'speak of this cluster only')
  .option('--fresh', 'as if nothing had been decided before: without bindings/')
  .option('-C, --dir <dir>', 'fleet repository', '.')
  .addOption(profileOption())
  .addOption(outputOption('what to print'))
  .action(async (wanted: Wanted, options: ExplainOptions) => {
    const [{ decideDirectory }, { printDiagnostics }, { explain }, { findTemplate }, cut, output] =
      await Promise.all([
        import('../fleet/read.ts'),
        import('../print/compile.ts'),
        import('#compiler/explain/explain.ts'),
        import('#compiler/explain/find.ts'),
        import('#compiler/explain/restrict.ts'),
        import('../print/explain.ts'),
      ]);
    const { dir, profile, namespace, cluster, fresh } = options;
    const { decisions, diagnostics } = await decideDirectory(dir, profile, { forgets: fresh });
    const faults = diagnostics.filter(
      ({ code, severity }) => severity === 'error' && /^(read|parse|build|select)\//.test(code),
    );
    const consequence = 'faulty objects are missing from the explanation';
    if (printDiagnostics(dir, faults, consequence)) process.exitCode = 1;
    const { repository } = decisions;
    const template = findTemplate(repository.templates, { ...wanted, namespace });
    const whole = explain(template, decisions);
    const told =
      cluster === undefined ? whole : cut.restrictToCluster(whole, cluster, repository.clusters);
    if (options.output === 'json') console.log(JSON.stringify(told, null, 2));
    else for (const line of output.formatExplanation(told)) console.log(line);
  });

function parseName(text: string): Wanted {
  const [kind = '', name = '', more] = text.split('/');
  if (kind === '' || name === '' || more !== undefined) {
    throw new InvalidArgumentError('it has the form kind/name, such as deployment/web');
  }
  return { kind, name };
}
