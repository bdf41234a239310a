import { Command, Option } from 'commander';
import { addSyncOptions, parseClusterName, type SyncOptions } from '../sync-options.ts';

interface AgentOptions extends SyncOptions {
  readonly cluster: string;
  readonly serviceAccountDir: string;
}

/** Exit status: as of `regatta sync`. */
export const agentCommand: Command = addSyncOptions(
  new Command('agent').summary('make the cluster that it runs in equal to its rendered directory'),
)
  .addOption(
    new Option('--cluster <name>', 'the cluster that this is, by its name in the repository')
      .argParser(parseClusterName)
      .makeOptionMandatory(),
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
    const [{ loadOwnCluster }, { runSyncer }] = await Promise.all([
      import('#io/own-cluster.ts'),
      import('../run-syncer.ts'),
    ]);
    const { cluster, kubeconfig, serviceAccountDir: serviceAccount } = options;
    const fleet = loadOwnCluster({ name: cluster, kubeconfig, serviceAccount, env: process.env });
    await runSyncer({ repo, options, fleet, clusters: [cluster] });
  });
