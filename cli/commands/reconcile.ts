import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { objectArgument, type TypedName } from '../options/object-name.ts';
import { type OutputFormat, outputOption } from '../options/shared.ts';
import { printData, printErrors, printLines } from '../print/output.ts';
import { type AskOptions, addAskOptions, type OpenFleet } from '../run/ask-fleet.ts';
import { endWith } from '../run/exit.ts';

interface ReconcileOptions extends AskOptions {
  readonly namespace: string;
  readonly correct?: true;
  readonly output: OutputFormat;
}

export const command: Command = addAskOptions(
  new Command('reconcile').summary('make running syncers fetch and run a full turn now'),
)
  .addArgument(objectArgument('limit the answers to this object', '[kind/name]'))
  .option('-n, --namespace <namespace>', 'namespace of the object', 'default')
  .option('--correct', 'correct the drift of the object once, whatever its drift mode')
  .addOption(outputOption('output format'))
  .action(async (repo: string, object: TypedName | undefined, options: ReconcileOptions) => {
    const { correct = false, namespace, cluster: clusters, timeout: timeoutMs, output } = options;
    if (correct && object === undefined) command.error("error: option '--correct' needs an object");
    const [{ tryOpenFleet }, { reconcileFleet }, { openHolder }, { formatReconciled }] =
      await Promise.all([
        import('../run/ask-fleet.ts'),
        import('#syncer/status/reconcile-fleet.ts'),
        import('#io/kubernetes/lease-holder.ts'),
        import('../print/reconcile.ts'),
      ]);
    const asked = { clusters, timeoutMs, nonce: randomUUID(), correct };
    const how = { ...asked, object: object && { ...object, namespace } };
    const ask = ({ ports }: OpenFleet) => reconcileFleet({ ...ports, holder: openHolder() }, how);
    const answers = await tryOpenFleet(repo, options, ask, async (found) => found);
    if (answers === undefined) return endWith({ unknown: true });
    if (output !== 'text') printData(answers, output);
    else printLines(formatReconciled(answers));
    const isFound = answers.length > 0;
    if (!isFound)
      printErrors([`regatta: no ${object?.kind} ${object?.name} in namespace ${namespace}`]);
    const unknown = answers.some(({ result }) => result === 'unknown');
    endWith({ unknown, faults: !isFound || answers.some(({ ok }) => !ok) });
  });
