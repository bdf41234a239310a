/** A thread between a test, which waits without returning to its event loop, and the processes that run commands. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { workerData } from 'node:worker_threads';
import type { CommandReply, CommandRun } from './command-run.ts';
import type { BridgeData } from './run-command.ts';
import { CommandServers } from './servers.ts';

const { port, replies } = workerData as BridgeData;
const socket = process.env.REGATTA_TEST_COMMANDS;
const send = socket === undefined ? ownServer() : sharedServers(socket);

/** Runs commands in a process of this test process, because the file runs without the test runner. */
function ownServer(): (run: CommandRun) => void {
  const servers = new CommandServers(1);
  return (run) => void servers.run(run).then(answer);
}

/** Sends commands to the processes that all test processes of the run share. */
function sharedServers(path: string): (run: CommandRun) => void {
  const connection = connect(path);
  createInterface({ input: connection }).on('line', (line) => answer(JSON.parse(line)));
  return (run) => void connection.write(`${JSON.stringify(run)}\n`);
}

function answer(reply: CommandReply): void {
  port.postMessage(reply);
  Atomics.add(replies, 0, 1);
  Atomics.notify(replies, 0);
}

port.on('message', send);
