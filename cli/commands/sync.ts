import { Command, Option } from 'commander';
import { addSyncOptions, parseClusterName, type SyncOptions } from '../options/sync.ts';

interface SyncCommandOptions extends SyncOptions {
  readonly compile?: true;
  readonly cluster?: readonly string[];
}

/** Exit status: 0 all clusters are synced, or it was stopped; 1 some are not; 2 usage. */
export const command: Command = addSyncOptions(
  new Command('sync').summary('make each member cluster equal to its rendered directory'),
)
  .option(
    '--kubeconfig <file>',
    'contexts named as the clusters (else $KUBECONFIG, ~/.kube/config)',
  )
  .addOption(
    new Option('--cluster <name>', 'only this cluster, and each other that is named so').argParser(
      (name: string, before?: readonly string[]) => [...(before ?? []), parseClusterName(name)],
    ),
  )
  .addOption(
    new Option(
      '--compile',
      'compile each new commit first, and push what was stale in it',
    ).conflicts(
      // What it pushes is signed by nobody.
      'verifyKeys',
    ),
  )
  .action(async (repo: string, options: SyncCommandOptions) => {
    const { runSyncer } = await import('../run/sync.ts');
    const { cluster: clusters, compile = false, kubeconfig } = options;
    const loadFleet = async () =>
      (await import('#io/kubernetes/kubeconfig.ts')).loadFleet(kubeconfig, process.env.KUBECONFIG);
    await runSyncer({ repo, options, loadFleet, clusters, compile });
  });
