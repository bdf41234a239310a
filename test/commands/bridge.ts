/** A thread between a test, which waits without returning to its event loop, and the process that runs commands. */
import { type ChildProcess, fork } from 'node:child_process';
import { workerData } from 'node:worker_threads';
import type { BridgeData, CommandReply, CommandRun } from './run-command.ts';

const { port, replies } = workerData as BridgeData;
let server: ChildProcess | undefined;

function start(): ChildProcess {
  const child = fork(new URL('server.ts', import.meta.url), { stdio: 'ignore' });
  child.on('message', (reply: CommandReply) => answer(reply));
  child.on('exit', (status, signal) => {
    server = undefined;
    answer({ status: null, stdout: '', stderr: `the process ended: ${status ?? signal}` });
  });
  return child;
}

function answer(reply: CommandReply): void {
  port.postMessage(reply);
  Atomics.add(replies, 0, 1);
  Atomics.notify(replies, 0);
}

port.on('message', (run: CommandRun) => {
  server ??= start();
  server.send(run);
});
