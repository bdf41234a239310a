import { Command, Option } from 'commander';
import { addSyncOptions, parseClusterName, type SyncOptions } from '../options/sync.ts';

interface AgentOptions extends SyncOptions {
  readonly cluster: string;
  readonly serviceAccountDir: string;
  readonly namespace?: readonly string[];
}

export const command: Command = addSyncOptions(
  new Command('agent').summary(
    'sync the cluster that the agent runs in with its rendered directory',
  ),
)
  .addOption(
    new Option('--cluster <name>', 'name of this cluster in the fleet repository')
      .argParser(parseClusterName)
      .makeOptionMandatory(),
  )
  .option(
    '--namespace <name>',
    'limit to this namespace (repeatable), for an agent without access to the others',
    (name: string, before?: readonly string[]) => [...(before ?? []), name],
  )
  .option(
    '--kubeconfig <file>',
    'kubeconfig with a context named after the cluster (default: $KUBECONFIG, then the ServiceAccount of the pod)',
  )
  .addOption(
    new Option(
      '--service-account-dir <directory>',
      'directory of the token and ca.crt of the ServiceAccount',
    ).default('/var/run/secrets/kubernetes.io/serviceaccount'),
  )
  .action(async (given: string | undefined, options: AgentOptions, running: Command) => {
    const repo = given ?? (await (await import('../run/repository-here.ts')).repositoryOf(running));
    const { runSyncer } = await import('../run/sync.ts');
    const { cluster: name, kubeconfig, serviceAccountDir, namespace: namespaces } = options;
    const own = { name, kubeconfig, serviceAccount: serviceAccountDir, namespaces };
    const loadFleet = async () =>
      (await import('#io/kubernetes/in-cluster.ts')).loadOwnCluster({ ...own, env: process.env });
    await runSyncer({ repo, options, loadFleet, clusters: [name] });
  });
