import { Worker } from 'node:worker_threads';
import { type Inspection, inspect, type LeftFiles } from './rendered-state.ts';
import { Store } from './store.ts';

/** What a thread is given. */
export interface InspectionTask {
  readonly directory: string;
  /** Looked at when nothing is remembered of it. */
  readonly root: string;
  readonly file: string;
  readonly code: string;
}

/** What a store holds of the files that were left. */
interface Content {
  readonly left: LeftFiles;
}

interface StoredInspection {
  readonly inspection: Inspection;
  /** Of the value in the store that it was made by. */
  readonly digest: string;
}

/** What was left below a root, as far as it is remembered. */
export function leftBelow(root: string, content: Content | undefined): LeftFiles {
  const left = content?.left;
  return left?.root === root ? left : { root, files: [], marks: new Float64Array() };
}

export function inspectStored({ directory, root, file, code }: InspectionTask): StoredInspection {
  const store = new Store<Content>(file, code);
  const inspection = inspect(directory, leftBelow(root, store.value));
  return { inspection, digest: store.digest };
}

/** `inspectStored` in a thread of its own: worth its start where thousands of files are expected. */
export function inspectInThread(task: InspectionTask): Promise<StoredInspection> {
  // The build bundles the thread beside the chunk that this is in.
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'mjs';
  const thread = new Worker(new URL(`scan-thread.${extension}`, import.meta.url), {
    workerData: task,
  });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}
