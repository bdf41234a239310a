import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads';
import type { CommandReply, CommandRun } from './command-run.ts';

/** The port of runs and replies, and the number of replies so far. */
export interface BridgeData {
  readonly port: MessagePort;
  readonly replies: Int32Array<SharedArrayBuffer>;
}

/** Maximum time of a run, in milliseconds. */
const mostMs = 120_000;

/** The thread that waits for the replies, and its other ends. */
interface Bridge extends BridgeData {
  readonly thread: Worker;
}

let bridge: Bridge | undefined;

/**
 * Runs `regatta` in a process that ran earlier commands of this test process or of others, because to start the program
 * and its engines takes more time than most commands. This process waits meanwhile, so that the command can reach no
 * server in it. Start a process instead where a test is about the start, signals, the standard input, or what is
 * remembered between processes.
 */
export function runCommand(
  args: readonly string[],
  { cwd = process.cwd(), env = process.env }: Partial<Omit<CommandRun, 'args'>> = {},
): CommandReply {
  bridge ??= startBridge();
  const { port, replies, thread } = bridge;
  const before = Atomics.load(replies, 0);
  port.postMessage({ args, cwd, env: { ...env } } satisfies CommandRun);
  Atomics.wait(replies, 0, before, mostMs);
  const reply = receiveMessageOnPort(port);
  if (reply === undefined) {
    // The next run must not get the late reply of this one.
    void thread.terminate();
    bridge = undefined;
    throw new Error(`no end of regatta ${args.join(' ')}`);
  }
  return reply.message as CommandReply;
}

function startBridge(): Bridge {
  const { port1, port2 } = new MessageChannel();
  const replies = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: BridgeData = { port: port2, replies };
  const file = new URL('bridge.ts', import.meta.url);
  const thread = new Worker(file, { workerData, transferList: [port2] });
  thread.unref();
  port1.unref();
  return { port: port1, replies, thread };
}
