import { Command, Option } from 'commander';
import { addSyncOptions, parseClusterName, type SyncOptions } from '../options/sync.ts';

interface AgentOptions extends SyncOptions {
  readonly cluster: string;
  readonly serviceAccountDir: string;
  readonly namespace?: readonly string[];
}

/** Exit status: as of `regatta sync`. */
export const command: Command = addSyncOptions(
  new Command('agent').summary('make the cluster that it runs in equal to its rendered directory'),
)
  .addOption(
    new Option('--cluster <name>', 'the cluster that this is, by its name in the repository')
      .argParser(parseClusterName)
      .makeOptionMandatory(),
  )
  .option(
    '--namespace <name>',
    'only this namespace, and each other that is named so: all that its access rules allow',
    (name: string, before?: readonly string[]) => [...(before ?? []), name],
  )
  .option(
    '--kubeconfig <file>',
    'a context named as the cluster (else $KUBECONFIG, else the ServiceAccount of the pod)',
  )
  .addOption(
    new Option('--service-account-dir <directory>', 'where its token and ca.crt are').default(
      '/var/run/secrets/kubernetes.io/serviceaccount',
    ),
  )
  .action(async (repo: string, options: AgentOptions) => {
    const { runSyncer } = await import('../run/sync.ts');
    const { cluster: name, kubeconfig, serviceAccountDir, namespace: namespaces } = options;
    const own = { name, kubeconfig, serviceAccount: serviceAccountDir, namespaces };
    const loadFleet = async () =>
      (await import('#io/kubernetes/in-cluster.ts')).loadOwnCluster({ ...own, env: process.env });
    await runSyncer({ repo, options, loadFleet, clusters: [name] });
  });
