import type { ProcessLimits } from '#io/child/limits.ts';
import { systemClock } from '#io/clock.ts';
import type { GitOptions } from '#io/git/git-options.ts';
import type { GitSource } from '#io/git/source.ts';
import { redactor } from '#io/redactor.ts';
import type { OpenMembers } from '#syncer/members-port.ts';
import { Deadline } from '#syncer/pace/deadline.ts';
import { StopTime } from '#syncer/pace/stop-time.ts';
import type { FleetPort } from '#syncer/ports/cluster.ts';
import type { Clock, Log } from '#syncer/ports/machine.ts';
import type { Syncer as SyncerType } from '#syncer/syncer.ts';
import type { SyncerOptions } from '#syncer/syncer-options.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { readSecret } from '../options/shared.ts';
import { sourceOf } from '../options/source.ts';
import type { SyncOptions } from '../options/sync.ts';
import { paintCluster } from '../print/colour.ts';
import { formatTimedEvent } from '../print/events.ts';
import { linesTo } from '../print/line-writer.ts';
import { endWith, type Found } from './exit.ts';
import type { Listening } from './listening.ts';
import { loadMembers, type MembersWorld } from './members.ts';
import { type Receiver, together } from './receivers.ts';
import { stopSignal } from './stop-signal.ts';
import type { Ends } from './workers.ts';

/** One run of the syncer. */
export interface SyncRun {
  readonly repo: string;
  readonly options: SyncOptions;
  readonly loadFleet: () => Promise<FleetPort>;
  /** Names of the clusters to sync; all clusters when absent. */
  readonly clusters?: readonly string[] | undefined;
  /** Compiles each commit before the sync, within these limits. */
  readonly compile?: ProcessLimits | undefined;
  /** Whether another process serves the clusters, so that none of them can end the syncer. */
  readonly hasWorker?: boolean;
}

type EventOutput = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

/**
 * Runs the syncer and ends the process with the exit status of `sync`.
 */
export async function runSyncer(run: SyncRun): Promise<void> {
  // Also the work tree, in which git checks out the files of a commit, has files for this user alone.
  process.umask(0o077);
  const stop = stopSignal();
  const found = await sync(run, process.stdout, stop).catch((error: unknown): Found => {
    // The stop came before the worker was ready.
    if (stop.aborted && error === stop.reason) return {};
    throw error;
  });
  // A connection that a cluster never completes would keep the process alive for ten seconds.
  endWith(found);
}

/**
 * Runs the syncer until it is done or `stop` aborts, and prints its events to `out`.
 *
 * @returns nothing found if all clusters are synced or the syncer was stopped; faults if a cluster is not synced,
 *   unknown if a named cluster does not exist, refused if the deletion budget holds deletions
 */
export async function sync(run: SyncRun, out: EventOutput, stop: AbortSignal): Promise<Found> {
  const failed = new AbortController();
  try {
    return await syncUntil(run, out, { stop, failed: failed.signal });
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

async function syncUntil(run: SyncRun, out: EventOutput, { stop, failed }: Ends): Promise<Found> {
  const { options, compile: limits } = run;
  const deadline = options.once && new Deadline(systemClock, options.timeout);
  const time = new StopTime(systemClock, stop);
  // The first fetch begins before there is a syncer.
  let noteSilence: SyncerType['noteSilence'] = () => {};
  const opening = open(run, { stop, failed }, (ms) => noteSilence(ms));
  const what = 'the state directory and the kubeconfig';
  const opened = await time.within(deadline?.wait(what, opening) ?? opening, 0);
  if (opened === undefined) return {};
  const [ports, members, { Syncer }] = opened;
  const { log } = ports;
  const { directory } = ports.source;
  const printed = printing(out, options, ports);
  const compile = limits && (await import('./compile-child.ts')).compilerWithin(limits);
  const requested = await openReceivers(run, ports, () => syncer);
  const { listening, tracing } = requested;
  const receivers = together([printed, ...requested.receivers]);
  const traced = tracing?.observe(ports.source) ?? ports.source;
  const source = listening?.observeSource(traced) ?? traced;
  const syncer: SyncerType = new Syncer(
    {
      ...ports,
      source,
      ...(compile && { compile: tracing?.observeCompile(compile) ?? compile }),
      openMembers: await members({ source, directory, log, called: listening?.called }),
      report: receivers.heard,
      turned: receivers.turned,
    },
    settingsOf(run),
  );
  noteSilence = syncer.noteSilence;
  const isGood = await (deadline
    ? syncer.once({ wait: options.wait, deadline }, stop)
    : syncer.run(stop).then(() => true));
  await receivers.close(Math.min(time.farewellMs, deadline?.farewellMs ?? time.farewellMs));
  const unknown = options.once && syncer.lacksNamedCluster;
  return { refused: options.once && printed.holds(), unknown, faults: !isGood };
}

/** Opens the ports, and loads the syncer and what opens the members. */
function open(run: SyncRun, ends: Ends, onSilence: NonNullable<GitOptions['onSilence']>) {
  return Promise.all([
    openPorts(run, ends, onSilence),
    openerOf(run, ends),
    import('#syncer/syncer.ts'),
  ]);
}

/** Loads what opens the members. */
async function openerOf(
  run: SyncRun,
  ends: Ends,
): Promise<(world: MembersWorld) => OpenMembers | Promise<OpenMembers>> {
  if (!run.hasWorker) return loadMembers(run);
  const { repo, options, clusters, compile } = run;
  const { loadWorkers } = await import('./workers.ts');
  return loadWorkers({ repo, options, clusters, whole: compile !== undefined }, ends);
}

/** Opens the receivers that the options and the environment request. */
async function openReceivers(
  run: SyncRun,
  ports: { readonly log: Log; readonly clock: Clock },
  syncer: () => SyncerType,
) {
  const { log } = ports;
  const listening = await openListening(run.options, syncer);
  if (listening !== undefined) log.info(listening.urls, 'listening');
  const tracing = asksForTraces(process.env) ? await openTracing(ports) : undefined;
  const opened = [listening, tracing].filter((receiver) => receiver !== undefined);
  return { listening, tracing, receivers: [...opened, ...(await openNotifying(run, log))] };
}

function settingsOf({ options, clusters }: SyncRun): SyncerOptions {
  return { pollMs: options.poll, clusters, allowRewind: options.allowRewind ?? false };
}

/** A receiver that remembers whether the deletion budget held deletions. */
interface Printed extends Receiver {
  holds(): boolean;
}

/** Creates the receiver that prints events, and that logs the warnings of a compile. */
function printing(
  out: EventOutput,
  { output }: Pick<SyncOptions, 'output'>,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Printed {
  const isJson = output === 'json';
  const { print, flush } = linesTo(out, isJson ? undefined : paintCluster);
  let holds = false;
  return {
    holds: () => holds,
    heard: (event) => {
      holds ||= event.type === 'held';
      print(isJson ? [JSON.stringify(event)] : formatTimedEvent(event, clock.now()));
      if (event.type !== 'commit-warnings') return;
      for (const { code, message, at } of event.diagnostics) {
        log.warn({ commit: event.commit, code, at }, message);
      }
    },
    close: async () => flush(),
  };
}

async function openNotifying({ repo, options }: SyncRun, log: Log): Promise<readonly Receiver[]> {
  const { notifyUrl, commitStatus } = options;
  if (notifyUrl === undefined && commitStatus === undefined) return [];
  return (await import('./notifying.ts')).openNotifying(repo, options, log);
}

/** Returns whether OpenTelemetry's environment variables name an endpoint for traces. */
function asksForTraces(env: NodeJS.ProcessEnv): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isDisabled = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true';
  const isOff = isDisabled || env.OTEL_TRACES_EXPORTER === 'none';
  return Boolean(endpoint) && !isOff;
}

async function openTracing({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
  const { openTracing } = await import('./tracing.ts');
  return openTracing({ env: process.env, version: packageJson.version, log, clock });
}

/** Opens the ports of a syncer. */
async function openPorts(
  { repo, options, clusters, compile }: SyncRun,
  { stop, failed }: Ends,
  onSilence: NonNullable<GitOptions['onSilence']>,
) {
  const whole = compile !== undefined;
  const from = { ...sourceOf(repo, options, process.env), clusters, whole, onSilence };
  const [source, { openLog }] = await Promise.all([
    // Git prepares the clone and fetches the branch while the modules load.
    openSource(from, AbortSignal.any([stop, failed])),
    import('#io/log.ts'),
  ]);
  const isText = options.output === 'text' && process.stderr.isTTY;
  const log = openLog(options.logLevel, isText ? 'text' : 'json');
  return { source, redactor, log, clock: systemClock };
}

async function openListening(
  {
    listen: address,
    probeListen: probeAddress,
    poll: pollMs,
    branch,
    webhookSecretFile: file,
  }: SyncOptions,
  syncer: () => SyncerType,
): Promise<Listening | undefined> {
  if (address === undefined && probeAddress === undefined) return undefined;
  const { startListening } = await import('./listening.ts');
  const pushed = () => syncer().pollNow();
  const hooks = file === undefined ? undefined : { secret: readSecret(file), branch, pushed };
  const states = () => syncer().stateByCluster;
  const former = () => syncer().formerClusters;
  const { version } = packageJson;
  return startListening({ address, probeAddress, pollMs, states, former, version, hooks });
}

async function openSource(options: GitOptions, ended: AbortSignal): Promise<GitSource> {
  const { openGit } = await import('#io/git/source.ts');
  const source = await openGit(options);
  source.startFetch(ended);
  return source;
}
