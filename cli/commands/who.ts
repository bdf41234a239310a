import { Command, Option } from 'commander';
import type { Profile } from '#model/policy.ts';
import { objectArgument, type TypedName } from '../options/object-name.ts';
import {
  type OutputFormat,
  outputOption,
  parseDuration,
  profileOption,
} from '../options/shared.ts';
import { printData, printErrors, printLines } from '../print/output.ts';
import { endWith, foundByError } from '../run/exit.ts';

interface WhoOptions {
  readonly namespace: string;
  readonly context: string;
  readonly kubeconfig?: string;
  readonly timeout: number;
  readonly profile: Profile;
  readonly output: OutputFormat;
}

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
  .addOption(profileOption())
  .addOption(outputOption('output format'))
  .action(async (object: TypedName, options: WhoOptions) => {
    const [{ answerWho }, { formatWho }, { errorMessage }] = await Promise.all([
      import('../run/who.ts'),
      import('../print/who.ts'),
      import('#model/error.ts'),
    ]);
    try {
      const answer = await answerWho(object, options);
      if (options.output !== 'text') printData(answer, options.output);
      else printLines(formatWho(answer));
      endWith({ faults: answer.fleet === null });
    } catch (error) {
      printErrors([`regatta: ${errorMessage(error)}`]);
      endWith(foundByError(error));
    }
  });
