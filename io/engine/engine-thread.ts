/** The thread of an engine. It starts one instance and answers requests one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadEngine } from './artifacts.ts';
import type { EngineName } from './call.ts';
import type { ThreadExample, ThreadReply, ThreadRequest } from './engine-worker.ts';
import { faultFrom } from './fault.ts';
import { EngineInstance } from './host.ts';

const given = workerData as WebAssembly.Module | EngineName;
const module = typeof given === 'string' ? loadEngine(given) : Promise.resolve(given);
// The first request reports the error.
module.catch(() => {});

let instance: EngineInstance | undefined;
let before: Promise<void> = Promise.resolve();

parentPort?.on('message', (message: ThreadRequest | ThreadExample) => {
  before = before.then(() => handle(message));
});

async function handle(message: ThreadRequest | ThreadExample): Promise<void> {
  if ('example' in message) {
    const { type } = await replyTo({ request: message.example, seed: undefined });
    if (type === 'failed') instance = undefined;
    return;
  }
  const reply = await replyTo(message);
  parentPort?.postMessage(reply, reply.type === 'answered' ? [reply.answer.buffer] : []);
}

/**
 * Answers a request. The first request starts the instance, so that the caller gets a failed start
 * like a failed request.
 */
async function replyTo({ request, seed }: ThreadRequest): Promise<ThreadReply> {
  try {
    instance ??= new EngineInstance(await module);
    return { type: 'answered', ...instance.answer(request, seed) };
  } catch (error) {
    return { type: 'failed', ...faultFrom(error) };
  }
}
