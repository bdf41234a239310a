import { startWorkerProcess } from '#io/child/worker-process.ts';
import { systemClock } from '#io/clock.ts';
import { openHolder } from '#io/kubernetes/lease-holder.ts';
import type { OpenMembers } from '#syncer/members-port.ts';
import type { WorkerProcess } from '#syncer/ports/worker.ts';
import { openWorkers } from '#syncer/workers/workers.ts';
import type { MembersWorld } from './members.ts';
import type { ProcessReply, ProcessRun } from './members-process.ts';
import { programOf } from './programs.ts';

/** The signals that end the processes. */
export interface Ends {
  /** Aborts when the syncer shall stop. */
  readonly stop: AbortSignal;
  /** Aborts when the syncer fails. */
  readonly failed: AbortSignal;
}

/**
 * Starts the process that serves the member clusters. It opens the credentials, the keys and the clone itself, so that
 * no secret is sent to it.
 *
 * @param run - what the process needs to know
 * @param ends - `stop` lets the process end its loops; `failed` ends it at once
 * @returns what opens the members in the process, after the clone exists
 * @throws Error when a file is missing or invalid
 */
export async function loadWorkers(
  run: Omit<ProcessRun, 'directory' | 'holder' | 'isCounted'>,
  { stop, failed }: Ends,
): Promise<(world: Pick<MembersWorld, 'directory' | 'log' | 'called'>) => Promise<OpenMembers>> {
  // Its modules load while git prepares the clone.
  const first = await startUntil(failed);
  // A process that starts later takes the Leases of this name back.
  const holder = openHolder().name;
  const ended = AbortSignal.any([stop, failed]);
  return async ({ directory, log, called }) => {
    const sent = { ...run, directory, holder, isCounted: called !== undefined };
    const start = async () => {
      const started = await startUntil(failed);
      return ready(started, sent, ended);
    };
    return openWorkers(
      { start, clock: systemClock, log, called, stop: ended },
      await ready(first, sent, ended),
    );
  };
}

/** Starts a process. A syncer that fails must not wait for it. */
async function startUntil(failed: AbortSignal): Promise<WorkerProcess> {
  const started = await startWorkerProcess(programOf('members-process'));
  const end = () => started.kill();
  failed.addEventListener('abort', end);
  void started.ended.then(() => failed.removeEventListener('abort', end));
  if (failed.aborted) end();
  return started;
}

/** Maximum time until a process is ready, in milliseconds. */
const readyMs = 60_000;

/**
 * Resolves when a process has opened what it needs.
 *
 * @throws the reason of `stop` when it aborts
 */
async function ready(
  started: WorkerProcess,
  run: ProcessRun,
  stop: AbortSignal,
): Promise<WorkerProcess> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const end = () => reject(stop.reason);
  const late = setTimeout(() => started.kill('did not start within 60 s'), readyMs);
  started.hear((message) => {
    const { error } = message as ProcessReply;
    if (error === undefined) resolve();
    else reject(new Error(error));
  });
  void started.ended.then(({ reason }) => reject(new Error(`the process ${reason}`)));
  stop.addEventListener('abort', end);
  try {
    stop.throwIfAborted();
    started.send(run);
    await promise;
    return started;
  } catch (error) {
    started.kill();
    throw error;
  } finally {
    clearTimeout(late);
    stop.removeEventListener('abort', end);
  }
}
