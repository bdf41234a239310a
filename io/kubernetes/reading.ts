import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { bounds, listBounds, smallAnswer } from './bounds.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import { malformed } from './json.ts';
import { OpenAnswer } from './open-answers.ts';

/** Lets one answer or list beyond `smallAnswer` be in memory at a time. Each cluster has its own. */
export class LargeAnswers {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn, to a function that ends the turn. */
  async enter(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = before.then(() => promise);
    await before;
    return resolve;
  }
}

/** Counts what one answer, or one list with all of its pages, needs of the memory. */
export class Reading {
  /** Names the answer in errors, such as `list of Secrets`. */
  readonly what: string;
  readonly #large: LargeAnswers;
  readonly #answer: OpenAnswer;
  readonly #limits = listBounds();
  /** Size of the complete answers so far in memory, in bytes, and their number of values. */
  #kept = 0;
  #values = 0;
  /** Size of the answer that is being read, in bytes. */
  #body = 0;
  #leave: (() => void) | undefined;
  #hasEnded = false;

  constructor(what: string, large: LargeAnswers, cluster: string) {
    this.what = what;
    this.#large = large;
    this.#answer = new OpenAnswer(cluster);
  }

  /** Begins an answer, and forgets one that is incomplete. */
  begin(): void {
    this.#body = 0;
  }

  /**
   * Adds a part of the answer's body. Returns a promise if the caller must wait for another large answer.
   *
   * @throws ClusterError `malformed` when the answer, or the whole list, is too large
   */
  add(bytes: number): Promise<void> | undefined {
    this.#body += bytes;
    const size = this.#kept + this.#body;
    this.#answer.grow(size);
    expectSize(this.#body, bounds.body, this.what);
    expectSize(size, this.#limits.body, this.what);
    return size > smallAnswer && this.#leave === undefined ? this.#enter() : undefined;
  }

  /**
   * Completes an answer.
   *
   * @param size - size of its text in memory, in bytes
   * @param values - number of values in it
   * @throws ClusterError `malformed` when a list has too many values
   */
  complete(size: number, values: number): void {
    this.#kept += size;
    this.#body = 0;
    this.#values += values;
    const limit = Math.floor(this.#limits.values);
    if (this.#values > limit) throw malformed(`more than ${limit} values`, this.what);
  }

  /** Ends the reading. The caller no longer needs the text of the answers. */
  end(): void {
    this.#hasEnded = true;
    this.#answer.end();
    this.#leave?.();
    this.#leave = undefined;
  }

  async #enter(): Promise<void> {
    const leave = await this.#large.enter();
    // The connection may have broken meanwhile.
    if (this.#hasEnded) leave();
    else this.#leave = leave;
  }
}

function expectSize(bytes: number, limit: number, what: string): void {
  if (bytes > limit) throw malformed(`more than ${Math.floor(limit / 1024 ** 2)} MiB`, what);
}

/** A limit on the time that a caller spends on reading. Time that it waits for its turn does not count. */
export class ReadTimer {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #leftMs: number;

  constructor(ms: number) {
    this.#leftMs = ms;
    this.signal = this.#controller.signal;
    this.start();
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#timer = setTimeout(() => this.#controller.abort(), Math.max(0, this.#leftMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#leftMs -= performance.now() - this.#startedAt;
  }
}

/**
 * Reads the body of an answer, decompressed.
 *
 * @throws ClusterError `malformed` when the body is too large, compressed or decompressed
 */
export async function readBody(
  body: Readable,
  isZipped: boolean,
  reading: Reading,
  timer?: ReadTimer,
): Promise<GrowingBuffer> {
  const content = new GrowingBuffer(bounds.body);
  reading.begin();
  const waitFor = async (turn: Promise<void>) => {
    timer?.stop();
    await turn;
    timer?.start();
  };
  const take = (chunk: Buffer) => {
    const turn = reading.add(chunk.length);
    if (turn === undefined) content.add(chunk);
    return turn && waitFor(turn).then(() => content.add(chunk));
  };
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) await take(chunk);
  };
  try {
    if (isZipped) await pipeline(body, atMost(reading.what), createGunzip(), collect);
    else await eachChunk(body, take);
    return content;
  } catch (error) {
    content.clear();
    throw error;
  }
}

/**
 * Passes the parts of a body on, one after the other. An async iterator costs as much as all other steps of a small
 * answer.
 *
 * @param take - returns a promise if the next part must wait
 * @throws what `take` throws, and what breaks the body
 */
function eachChunk(
  body: Readable,
  take: (chunk: Buffer) => Promise<void> | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(error);
      body.destroy();
    };
    body.on('data', (chunk: Buffer) => {
      try {
        const turn = take(chunk);
        if (turn === undefined) return;
        body.pause();
        turn.then(() => body.resume(), fail);
      } catch (error) {
        fail(error);
      }
    });
    body.once('end', resolve);
    // Stays: a body that is destroyed before its end emits an error, which would end the process.
    body.on('error', reject);
    const closed = () => new Error('the connection closed before the end of the answer');
    // An error costs as much as the rest of a small answer, because it records the stack.
    body.once('close', () => body.readableEnded || reject(closed()));
    if (body.destroyed) reject(body.errored ?? closed());
  });
}

/** Passes a compressed body on. The decompressed one may be smaller, because a body may consist of empty parts. */
function atMost(what: string) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let size = 0;
    for await (const chunk of source) {
      size += chunk.length;
      expectSize(size, bounds.body, what);
      yield chunk;
    }
  };
}
