import { Command, Option } from 'commander';
import {
  addCompileLimits,
  type CompileLimitOptions,
  compileLimits,
  limitsCompile,
} from '../options/compile-limits.ts';
import { addSyncOptions, parseClusterName, type SyncOptions } from '../options/sync.ts';
import type { SyncRun } from '../run/sync.ts';

interface SyncCommandOptions extends SyncOptions, CompileLimitOptions {
  readonly compile?: true;
  readonly cluster?: readonly string[];
}

export const command: Command = syncCommandWith(async (run) =>
  (await import('../run/sync.ts')).runSyncer(run),
);

/** Returns the command `sync`, which leaves the run itself to `runSyncer`. */
export function syncCommandWith(runSyncer: (run: SyncRun) => Promise<void>): Command {
  const sync = addSyncOptions(
    new Command('sync').summary('sync each member cluster with its rendered directory'),
  )
    .option(
      '--kubeconfig <file>',
      'kubeconfig with contexts named after the clusters (default: $KUBECONFIG, then ~/.kube/config)',
    )
    .addOption(
      new Option('--cluster <name>', 'limit to this cluster (repeatable)').argParser(
        (name: string, before?: readonly string[]) => [...(before ?? []), parseClusterName(name)],
      ),
    );
  return addCompileOptions(sync).action(
    async (given: string | undefined, options: SyncCommandOptions, running: Command) => {
      const repo =
        given ?? (await (await import('../run/repository-here.ts')).repositoryOf(running));
      const { cluster: clusters, kubeconfig } = options;
      const compile = options.compile && compileLimits(options);
      const loadFleet = async () =>
        (await import('#io/kubernetes/kubeconfig.ts')).loadFleet(
          kubeconfig,
          process.env.KUBECONFIG,
        );
      const hasWorker = !options.once;
      await runSyncer({ repo, options, loadFleet, clusters, compile, hasWorker });
    },
  );
}

function addCompileOptions(command: Command): Command {
  command.addOption(
    new Option(
      '--compile',
      'compile each new commit and push stale output before the sync',
    ).conflicts(
      // The commits that it pushes are not signed.
      'verifyKeys',
    ),
  );
  const memory = '1024, or 60 % of the memory of the container if that is less';
  return addCompileLimits(command, { memory, timeout: '5m' }).hook('preAction', (_, running) => {
    const options = running.opts<SyncCommandOptions>();
    if (limitsCompile(options) && !options.compile) {
      running.error("error: the limits of a compile need '--compile'");
    }
  });
}
