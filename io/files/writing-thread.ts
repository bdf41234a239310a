import { parentPort, workerData } from 'node:worker_threads';
import { type SharedWriting, writeShare } from './writing.ts';

const share = writeShare(workerData as SharedWriting);
parentPort?.postMessage(share, [share.marks.buffer]);
