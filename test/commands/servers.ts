/** Processes that run commands (server.ts), and the socket at which the test processes of a run share them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { CommandReply, CommandRun } from './command-run.ts';

interface Job {
  readonly run: CommandRun;
  readonly resolve: (reply: CommandReply) => void;
}

/** Runs commands in processes, each of which runs one command after the other and keeps its engines. */
export class CommandServers {
  readonly #most: number;
  readonly #env: NodeJS.ProcessEnv;
  #waiting: readonly Job[] = [];
  #free: readonly ChildProcess[] = [];
  readonly #busy = new Map<ChildProcess, Job>();

  /**
   * @param most - the maximum number of processes
   * @param env - the environment of the processes
   */
  constructor(most: number, env: NodeJS.ProcessEnv = process.env) {
    this.#most = most;
    this.#env = env;
  }

  /** Runs a command as soon as a process is free. If the caller aborts the run, its process ends. */
  run(run: CommandRun, signal?: AbortSignal): Promise<CommandReply> {
    const { promise, resolve } = Promise.withResolvers<CommandReply>();
    const job: Job = { run, resolve };
    signal?.addEventListener('abort', () => this.#abort(job));
    this.#waiting = [...this.#waiting, job];
    this.#dispatch();
    return promise;
  }

  /** Ends the processes. */
  close(): void {
    for (const server of [...this.#free, ...this.#busy.keys()]) server.disconnect();
  }

  #abort(job: Job): void {
    this.#waiting = this.#waiting.filter((other) => other !== job);
    for (const [server, running] of this.#busy) if (running === job) server.kill();
  }

  #dispatch(): void {
    const [job, ...others] = this.#waiting;
    const isFull = this.#free.length === 0 && this.#busy.size >= this.#most;
    if (job === undefined || isFull) return;
    this.#waiting = others;
    // The process that ran the last command probably has the engines.
    const server = this.#free.at(-1) ?? this.#start();
    this.#free = this.#free.slice(0, -1);
    this.#busy.set(server, job);
    server.send(job.run);
  }

  #start(): ChildProcess {
    const file = new URL('server.ts', import.meta.url);
    const server = fork(file, { stdio: 'ignore', env: this.#env, execArgv: ['--liftoff-only'] });
    server.on('message', (reply: CommandReply) => {
      this.#free = [...this.#free, server];
      this.#end(server, reply);
    });
    server.on('exit', (status, signal) => {
      this.#free = this.#free.filter((other) => other !== server);
      const stderr = `the process ended: ${status ?? signal}`;
      this.#end(server, { status: null, stdout: '', stderr });
    });
    return server;
  }

  #end(server: ChildProcess, reply: CommandReply): void {
    this.#busy.get(server)?.resolve(reply);
    this.#busy.delete(server);
    this.#dispatch();
  }
}

/**
 * Lets the test processes of a run share processes that run commands.
 *
 * @param socket - the path of the socket. Each line of a connection is a run or its reply.
 * @returns a function that ends the processes
 */
export async function shareServers(socket: string, servers: CommandServers): Promise<() => void> {
  const server = createServer((connection) => void serve(connection, servers));
  server.listen(socket);
  await once(server, 'listening');
  return () => {
    server.close();
    servers.close();
  };
}

async function serve(connection: Socket, servers: CommandServers): Promise<void> {
  const closed = new AbortController();
  connection.on('error', () => {});
  connection.on('close', () => closed.abort());
  for await (const line of createInterface({ input: connection })) {
    const reply = await servers.run(JSON.parse(line) as CommandRun, closed.signal);
    connection.write(`${JSON.stringify(reply)}\n`);
  }
}
