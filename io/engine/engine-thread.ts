/** The thread of an engine. It starts one instance and answers requests one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadReply, ThreadRequest } from './engine-worker.ts';
import { faultFrom } from './fault.ts';
import { EngineInstance } from './host.ts';

let instance: EngineInstance | undefined;

parentPort?.on('message', ({ request, seed }: ThreadRequest) => {
  const reply = replyTo(request, seed);
  parentPort?.postMessage(reply, reply.type === 'answered' ? [reply.answer.buffer] : []);
});

/**
 * Answers a request. The first request starts the instance, so that the caller gets a failed start
 * like a failed request.
 */
function replyTo(request: Uint8Array, seed: Uint8Array | undefined): ThreadReply {
  try {
    instance ??= new EngineInstance(workerData as WebAssembly.Module);
    return { type: 'answered', ...instance.answer(request, seed) };
  } catch (error) {
    return { type: 'failed', ...faultFrom(error) };
  }
}
