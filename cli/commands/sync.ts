import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { renderedRoot } from '#model/rendered.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { outputOption } from './options.ts';

interface SyncCommandOptions {
  readonly kubeconfig?: string;
  readonly ageKeyFile?: string;
  readonly branch: string;
  readonly allowRewind?: true;
  readonly path: string;
  readonly poll: number;
  readonly resync: number;
  readonly compile?: true;
  readonly once?: true;
  readonly wait: boolean;
  readonly timeout: number;
  readonly output: 'text' | 'json';
  readonly logLevel: string;
  readonly stateDir: string;
}

/** Exit status: 0 all clusters are synced, or it was stopped; 1 some are not; 2 usage. */
export const syncCommand: Command = new Command('sync')
  .summary('make each member cluster equal to its rendered directory')
  .argument('<repo>', 'fleet repository: a local path or any URL that git understands')
  .option(
    '--kubeconfig <file>',
    'contexts named as the clusters (else $KUBECONFIG, ~/.kube/config)',
  )
  .option(
    '--age-key-file <file>',
    'age keys for Secrets that SOPS has encrypted (else where SOPS looks for them)',
  )
  .option('--branch <name>', 'branch to follow', 'main')
  .option('--allow-rewind', 'follow the branch also where it was rewound or pushed by force')
  .option('--path <directory>', 'where the rendered directories are', renderedRoot)
  .addOption(
    new Option('--poll <duration>', 'how often to look for commits')
      .argParser(parseDuration)
      .default(15_000, '15s'),
  )
  .addOption(
    new Option('--resync <duration>', 'how often to look at everything anew')
      .argParser(parseDuration)
      .default(3_600_000, '1h'),
  )
  .option('--compile', 'compile each new commit first, and push what was stale in it')
  .option('--once', 'bring every cluster to the current commit, then end')
  .option('--no-wait', 'with --once: do not wait until objects are ready')
  .addOption(
    new Option('--timeout <duration>', 'with --once: how long that may take')
      .argParser(parseDuration)
      .default(300_000, '5m'),
  )
  .addOption(outputOption('what to print'))
  .addOption(
    new Option('--log-level <level>', 'of the JSON log on stderr')
      .choices(['silent', 'error', 'warn', 'info', 'debug'])
      .default('info'),
  )
  .addOption(
    new Option('--state-dir <directory>', 'where the clone is kept').default(
      defaultStateDirectory(),
      '~/.cache/regatta',
    ),
  )
  .action(async (repo: string, options: SyncCommandOptions) => {
    const status = (await sync(repo, options)) ? 0 : 1;
    // A connection that a cluster never completes would keep the process for ten more seconds.
    process.stdout.write('', () => process.exit(status));
  });

async function sync(repo: string, options: SyncCommandOptions): Promise<boolean> {
  const [
    { openGit },
    { loadFleet },
    { systemClock },
    { openLog },
    { Syncer },
    { formatEvent },
    { loadSecrets },
  ] = await Promise.all([
    import('#io/git.ts'),
    import('#io/kubeconfig.ts'),
    import('#io/clock.ts'),
    import('#io/log.ts'),
    import('#syncer/syncer.ts'),
    import('../sync-output.ts'),
    import('#io/sops/secrets.ts'),
  ]);
  const {
    branch,
    path,
    stateDir,
    allowRewind = false,
    poll: pollMs,
    resync: resyncMs,
    timeout: timeoutMs,
  } = options;
  const print = (event: SyncEvent) => {
    const lines = options.output === 'json' ? [JSON.stringify(event)] : formatEvent(event);
    for (const line of lines) console.log(line);
  };
  const compile = options.compile && (await import('../compile-directory.ts')).compileDirectory;
  const stop = stopSignal();
  const syncer = new Syncer(
    {
      source: await openGit({ repo, branch, path, stateDirectory: stateDir, allowRewind }),
      fleet: loadFleet(options.kubeconfig, process.env.KUBECONFIG),
      secrets: loadSecrets({ file: options.ageKeyFile, env: process.env }),
      ...(compile && { compile }),
      clock: systemClock,
      log: openLog(options.logLevel),
      report: print,
    },
    { pollMs, resyncMs, tooling: `regatta/${packageJson.version}` },
  );
  if (options.once) return syncer.once({ wait: options.wait, timeoutMs }, stop);
  await syncer.run(stop);
  return true;
}

/** Aborted by the first SIGTERM or SIGINT; a second one ends the process at once, as by default. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}

function parseDuration(text: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const ms = Number(digits) * (units[unit] ?? Number.NaN);
  if (!(ms > 0)) throw new InvalidArgumentError('give a time such as 500ms, 15s, 5m or 1h');
  return ms;
}

function defaultStateDirectory(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'regatta');
}
