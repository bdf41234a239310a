import { parentPort, workerData } from 'node:worker_threads';
import { type InspectionTask, inspectStored } from './scan.ts';

const { inspection, digest } = inspectStored(workerData as InspectionTask);
parentPort?.postMessage({ inspection, digest }, [inspection.isSame.buffer]);
