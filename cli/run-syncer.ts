import type { GitOptions } from '#io/git.ts';
import { surviveIdleConnections } from '#io/idle-connections.ts';
import type { FleetPort, PublishingPort } from '#syncer/ports.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import packageJson from '../package.json' with { type: 'json' };
import { sourceOf } from './source-options.ts';
import type { SyncOptions } from './sync-options.ts';

/** One run of the syncer. */
export interface SyncRun {
  readonly repo: string;
  readonly options: SyncOptions;
  readonly loadFleet: () => Promise<FleetPort>;
  /** Whose directories are read; all of them unless given. */
  readonly clusters?: readonly string[] | undefined;
  /** Whether each commit is compiled first. */
  readonly compile?: boolean;
}

/** Runs the syncer and ends the process: 0 all clusters are synced, or it was stopped; 1 some are not. */
export async function runSyncer(run: SyncRun): Promise<void> {
  surviveIdleConnections();
  const status = (await sync(run)) ? 0 : 1;
  // A connection that a cluster never completes would keep the process for ten more seconds.
  process.stdout.write('', () => process.exit(status));
}

async function sync(run: SyncRun): Promise<boolean> {
  const { repo, options, clusters, compile: whole = false } = run;
  // Git is at work on the clone while the rest is loaded.
  const opening = openSource({ ...sourceOf(repo, options, process.env), clusters, whole });
  const [
    source,
    fleet,
    { systemClock },
    { openHolder },
    { openLog },
    { Syncer },
    { formatEvent },
    { loadSecrets },
  ] = await Promise.all([
    opening,
    run.loadFleet(),
    import('#io/clock.ts'),
    import('#io/holder.ts'),
    import('#io/log.ts'),
    import('#syncer/syncer.ts'),
    import('./sync-output.ts'),
    import('#io/sops/secrets.ts'),
  ]);
  const { poll: pollMs, resync: resyncMs, timeout: timeoutMs } = options;
  const print = (event: SyncEvent) => {
    const lines = options.output === 'json' ? [JSON.stringify(event)] : formatEvent(event);
    for (const line of lines) console.log(line);
  };
  const compile = whole && (await import('./compile-directory.ts')).compileDirectory;
  const stop = stopSignal();
  const syncer = new Syncer(
    {
      source,
      fleet,
      secrets: await loadSecrets({ file: options.ageKeyFile, env: process.env }),
      ...(compile && { compile }),
      clock: systemClock,
      holder: openHolder(),
      log: openLog(options.logLevel),
      report: print,
    },
    { pollMs, resyncMs, tooling: `regatta/${packageJson.version}` },
  );
  if (options.once) return syncer.once({ wait: options.wait, timeoutMs }, stop);
  await syncer.run(stop);
  return true;
}

async function openSource(options: GitOptions): Promise<PublishingPort> {
  const { openGit } = await import('#io/git.ts');
  return openGit(options);
}

/** Aborted by the first SIGTERM or SIGINT; a second one ends the process at once, as by default. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}
