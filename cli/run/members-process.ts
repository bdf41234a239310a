/**
 * The child process in which a running syncer serves its member clusters. Its first message says how; it answers when
 * it is ready, or with the error that prevents it. The messages after that are calls.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { endFirst } from '#io/child/end-first.ts';
import { writeMark } from '#io/child/worker-process.ts';
import { systemClock } from '#io/clock.ts';
import { openClone } from '#io/git/source.ts';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import { openAnswers } from '#io/kubernetes/open-answers.ts';
import { openLog } from '#io/log.ts';
import { errorMessage } from '#model/error.ts';
import { HostedMembers } from '#syncer/workers/hosted.ts';
import { sourceOf } from '../options/source.ts';
import type { SyncOptions } from '../options/sync.ts';
import { exitOnCrash } from '../print/output.ts';
import { loadMembers } from './members.ts';

/** The first message to the process. */
export interface ProcessRun {
  readonly repo: string;
  /** The directory of the clone, which the syncer updates. */
  readonly directory: string;
  readonly options: SyncOptions;
  readonly clusters?: readonly string[] | undefined;
  /** Whether the clone holds all files, as a compile needs. */
  readonly whole: boolean;
  /** The name of the syncer as a holder of Leases. */
  readonly holder: string;
  /** Whether the syncer counts the calls to clusters. */
  readonly isCounted: boolean;
}

/** The answer to the first message. */
export interface ProcessReply {
  readonly error?: string;
}

exitOnCrash();
process.umask(0o077);
endFirst();
// The syncer has ended, and its Leases must not be renewed any more.
process.once('disconnect', () => process.exit(1));
let written: Promise<void> = Promise.resolve();
const [run] = (await once(process, 'message')) as [ProcessRun];
const hosted = await open(run).catch((error: unknown) => {
  send({ error: errorMessage(error) } satisfies ProcessReply);
});
if (hosted !== undefined) await serve(hosted);
// A syncer that hangs does not read.
await Promise.race([written, sleep(1000)]);
process.exit(0);

function send(message: unknown): void {
  written = new Promise((resolve) => process.send?.(message, () => resolve()));
}

async function open({ repo, directory, options, clusters, whole, ...given }: ProcessRun) {
  const load = async () => loadFleet(options.kubeconfig, process.env.KUBECONFIG);
  const members = await loadMembers({ options, clusters, loadFleet: load });
  const source = openClone(directory, { ...sourceOf(repo, options, process.env), clusters, whole });
  const isText = options.output === 'text' && process.stderr.isTTY;
  const log = openLog(options.logLevel, isText ? 'text' : 'json');
  openAnswers.onLargest = writeMark;
  const ports = { clock: systemClock, source, send };
  const { holder, isCounted } = given;
  return new HostedMembers(ports, (serves, called) =>
    members({ source, log, serves, holder, called: isCounted ? called : undefined }),
  );
}

async function serve(hosted: HostedMembers): Promise<void> {
  process.on('message', (message) => hosted.heard(message));
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => hosted.stop());
  send({} satisfies ProcessReply);
  await hosted.ended();
}
