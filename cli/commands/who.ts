import { Command, Option } from 'commander';
import type { Profile } from '#model/policy.ts';
import { objectArgument, type TypedName } from '../options/object-name.ts';
import { outputOption, parseDuration, profileOption } from '../options/shared.ts';
import { printErrors, printJson, printLines } from '../print/output.ts';

interface WhoOptions {
  readonly namespace: string;
  readonly context: string;
  readonly kubeconfig?: string;
  readonly timeout: number;
  readonly dir: string;
  readonly profile: Profile;
  readonly output: 'text' | 'json';
}

/** Exit status: 0 a fleet manages the object; 1 no fleet does, or it does not exist; 2 usage, or no answer. */
export const command: Command = new Command('who')
  .summary('show the fleet, repository and commit that an object in a cluster comes from')
  .addArgument(objectArgument('object'))
  .option('-n, --namespace <namespace>', 'namespace of the object', 'default')
  .requiredOption('--context <name>', 'context of the kubeconfig, which names the cluster')
  .option('--kubeconfig <file>', 'kubeconfig (default: $KUBECONFIG, then ~/.kube/config)')
  .addOption(
    new Option('--timeout <duration>', 'maximum duration of the requests to the cluster')
      .argParser(parseDuration)
      .default(parseDuration('20s'), '20s'),
  )
  .option('-C, --dir <dir>', 'fleet repository, for the template and the policy', '.')
  .addOption(profileOption())
  .addOption(outputOption('output format'))
  .action(async (object: TypedName, options: WhoOptions) => {
    const [{ endWith }, { answerWho, WhoError }, { formatWho }, { errorMessage }] =
      await Promise.all([
        import('../run/ask-fleet.ts'),
        import('../run/who.ts'),
        import('../print/who.ts'),
        import('#model/error.ts'),
      ]);
    try {
      const answer = await answerWho(object, options);
      if (options.output === 'json') printJson(answer);
      else printLines(formatWho(answer));
      endWith(answer.fleet === null ? 1 : 0);
    } catch (error) {
      printErrors([`regatta: ${errorMessage(error)}`]);
      endWith(error instanceof WhoError ? error.status : 2);
    }
  });
