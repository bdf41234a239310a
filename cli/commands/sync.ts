import { Command } from 'commander';
import { addSyncOptions, type SyncOptions } from '../sync-options.ts';

interface SyncCommandOptions extends SyncOptions {
  readonly compile?: true;
}

/** Exit status: 0 all clusters are synced, or it was stopped; 1 some are not; 2 usage. */
export const syncCommand: Command = addSyncOptions(
  new Command('sync').summary('make each member cluster equal to its rendered directory'),
)
  .option(
    '--kubeconfig <file>',
    'contexts named as the clusters (else $KUBECONFIG, ~/.kube/config)',
  )
  .option('--compile', 'compile each new commit first, and push what was stale in it')
  .action(async (repo: string, options: SyncCommandOptions) => {
    const [{ loadFleet }, { runSyncer }] = await Promise.all([
      import('#io/kubeconfig.ts'),
      import('../run-syncer.ts'),
    ]);
    const fleet = loadFleet(options.kubeconfig, process.env.KUBECONFIG);
    await runSyncer({ repo, options, fleet, compile: options.compile ?? false });
  });
