import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorMessage } from '#model/error.ts';
import type { WorkerProcess } from '#syncer/ports/worker.ts';
import { privateFile } from '../files/private.ts';
import { codeCache } from './code-cache.ts';
import { endTree, endWithThisProcess } from './end-tree.ts';

/** The descriptor at which the process has the file with the cluster whose answer it is reading. */
const markAt = 4;

/** Maximum size of the name of a cluster, in bytes. */
const nameSize = 256;

/**
 * Starts Node in a child process that serves member clusters. It has the heap and the flags of this process, prints
 * only on standard error, and ends with this process.
 *
 * @throws Error when the process cannot start
 */
export async function startWorkerProcess(program: string): Promise<WorkerProcess> {
  const mark = openMark();
  // Also Maps are sent.
  const serialization = 'advanced';
  const child = spawn(process.execPath, [...process.execArgv, program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc', mark],
    env: { ...process.env, ...codeCache() },
    detached: true,
    serialization,
  });
  endWithThisProcess(child);
  let heard: (message: unknown) => void = () => {};
  let given: string | undefined;
  child.on('message', (message) => heard(message));
  const ended = endOf(child)
    .catch(errorMessage)
    .then((reason) => {
      const cluster = readMark(mark);
      closeSync(mark);
      return { reason: given ?? reason, cluster };
    });
  // Without a listener, an error that the end of the process causes would end this one.
  child.on('error', () => {});
  await once(child, 'spawn');
  return {
    send: (message) => void (child.connected && child.send(message as object, () => {})),
    hear: (receiver) => {
      heard = receiver;
    },
    kill: (reason) => {
      given ??= reason;
      endTree(child);
    },
    ended,
  };
}

/** Resolves to the reason when the process has ended, and all of its messages have arrived. */
async function endOf(child: ChildProcess): Promise<string> {
  const [[status, signal]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  if (status !== null) return `ended with status ${status}`;
  // Node aborts when its heap is full.
  return signal === 'SIGABRT' ? 'ran out of memory' : `was ended by ${signal}`;
}

/** Creates a file without a name for the mark of a process. */
function openMark(): number {
  const path = join(tmpdir(), `regatta-mark-${process.pid}-${performance.now()}`);
  const file = openSync(path, 'wx+', privateFile);
  unlinkSync(path);
  return file;
}

function readMark(file: number): string {
  const bytes = Buffer.alloc(nameSize);
  readSync(file, bytes, 0, nameSize, 0);
  return bytes.toString('utf8', 0, bytes.indexOf(0));
}

/** Notes in the process that the parent started which cluster's answer it is reading; '' for none. */
export function writeMark(cluster: string): void {
  const bytes = Buffer.alloc(nameSize);
  bytes.write(cluster);
  writeSync(markAt, bytes, 0, nameSize, 0);
}
