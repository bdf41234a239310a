/** The process that checks objects: a request on each line of its input, a reply on each of its output. */

import { createInterface } from 'node:readline';
import { errorMessage } from '#model/error.ts';
import type { CheckRequest } from '#model/object-check.ts';
import { EnginePool } from '../engine/pool.ts';
import { Questions } from './answer.ts';
import type { CheckReply } from './checker.ts';

const pool = new EnginePool({ workers: 1 });
const questions = new Questions((call) => pool.run(call));

async function replyTo(line: string): Promise<CheckReply> {
  try {
    const request = JSON.parse(line) as CheckRequest;
    return { answers: await questions.ask(request) };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await replyTo(line))}\n`);
}
await pool.close();
