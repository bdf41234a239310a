import { parentPort, workerData } from 'node:worker_threads';
import { type ScanTask, scanStored } from './scan.ts';

const { scan, digest } = scanStored(workerData as ScanTask);
parentPort?.postMessage({ scan, digest }, [scan.isUnchanged.buffer]);
