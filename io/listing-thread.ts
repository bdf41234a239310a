import { parentPort, workerData } from 'node:worker_threads';
import { type ListingTask, listAll } from './listing.ts';

const { directory, paths } = workerData as ListingTask;
const listing = listAll(directory, paths);
parentPort?.postMessage(listing, [listing.marks.buffer, listing.ordinary.buffer]);
