/** The child process that checks objects. Each line of standard input is a request, each line of standard output a reply. */

import { createInterface } from 'node:readline';
import { errorMessage } from '#model/error.ts';
import { parseJson } from '#model/json.ts';
import type { CheckRequest } from '#model/object-check.ts';
import { EnginePool } from '../engine/pool.ts';
import { Questions } from './answer.ts';
import type { CheckReply } from './checker.ts';

const pool = new EnginePool({ workers: 1 });
const questions = new Questions((call) => pool.run(call));

async function replyTo(line: string): Promise<CheckReply> {
  try {
    const request = parseJson(line) as CheckRequest;
    return { answers: await questions.ask(request) };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await replyTo(line))}\n`);
}
await pool.close();
