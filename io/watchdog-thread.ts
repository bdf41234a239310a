/** The thread of `killAfter`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';

await sleep(workerData as number);
process.kill(process.pid, 'SIGKILL');
