/**
 * Imported for its effect: the process that checks objects, of which the program starts one for each run, serves all
 * runs of this process. It takes a second of processor time to start, and as long again for each definition of a large custom
 * kind, so that it does not repeat a check either.
 */
import childProcess, { type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { AnsweredCheck } from '#io/checks/answer.ts';
import type { CheckReply } from '#io/checks/checker.ts';
import type { CheckRequest } from '#model/object-check.ts';

/** A process that checks objects. */
interface Kept {
  /** Returns the reply to a line, or undefined if the process has ended. */
  ask(line: string): Promise<string | undefined>;
  end(): void;
}

const { spawn } = childProcess;
let kept: Kept | undefined;

childProcess.spawn = ((program: string, args: readonly string[], options: object) => {
  const isChecker = Array.isArray(args) && /\bcheck-process\.m?[jt]s$/.test(args.at(-1) ?? '');
  if (!isChecker) return spawn(program, args, options);
  // The directory of a run may be removed before the process answers a later run.
  return session(() => spawn(program, args, { ...options, cwd: tmpdir() }));
}) as typeof spawn;
syncBuiltinESMExports();

/** Returns what stands for a process: it has the streams of one, and ends when its input ends. */
function session(start: () => ChildProcess): object {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const child = Object.assign(new EventEmitter(), { stdin, stdout });
  const relay = async (): Promise<void> => {
    for await (const line of createInterface({ input: stdin })) {
      const reply = await replyTo(line, start);
      if (reply === undefined) break;
      stdout.write(`${reply}\n`);
    }
    stdout.end();
    child.emit('close');
  };
  void relay();
  return child;
}

/** Answers by the digest of everything that determines them. */
const known = new Map<string, AnsweredCheck>();

/** Returns the reply to a request, and asks the process only for the answers that it did not give before. */
async function replyTo(line: string, start: () => ChildProcess): Promise<string | undefined> {
  const request = JSON.parse(line) as CheckRequest;
  const checks = request.checks.filter(({ id }) => !known.has(id));
  const reply = await askKept(JSON.stringify({ ...request, checks }), start);
  if (reply === undefined) return undefined;
  const asked = JSON.parse(reply) as CheckReply;
  if ('error' in asked) return reply;
  const given = new Map(asked.answers.map((answer) => [answer.id, answer]));
  for (const [id, answer] of given) if (answer.failed === undefined) known.set(id, answer);
  const answers = request.checks.flatMap(({ id }) => given.get(id) ?? known.get(id) ?? []);
  return JSON.stringify({ answers } satisfies CheckReply);
}

async function askKept(line: string, start: () => ChildProcess): Promise<string | undefined> {
  kept ??= keep(start());
  const asked = kept;
  const reply = await asked.ask(line);
  // After too many failures, a process gives no more answers.
  if (reply === undefined || reply.includes('"failed":')) {
    asked.end();
    if (kept === asked) kept = undefined;
  }
  return reply;
}

/** Keeps a process, which ends with this one. It does not keep this process alive, except while it answers. */
function keep(child: ChildProcess): Kept {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('the process has no streams');
  stdin.on('error', () => {});
  const replies = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const streams = [child, stdin, stdout] as unknown as readonly NodeJS.RefCounted[];
  let last: Promise<unknown> = Promise.resolve();
  const askNext = async (line: string): Promise<string | undefined> => {
    for (const stream of streams) stream.ref();
    stdin.write(`${line}\n`);
    const { value, done } = await replies.next();
    for (const stream of streams) stream.unref();
    return done ? undefined : value;
  };
  const ask = (line: string): Promise<string | undefined> => {
    const reply = last.then(() => askNext(line));
    last = reply;
    return reply;
  };
  return { ask, end: () => stdin.end() };
}
