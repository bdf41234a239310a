import { Worker } from 'node:worker_threads';
import { type RenderedScan, type RenderedState, scanRendered } from './rendered-state.ts';
import { Store } from './store.ts';

/** What a thread is given. */
export interface ScanTask {
  readonly directory: string;
  /** Looked at when nothing is remembered of it. */
  readonly root: string;
  readonly file: string;
  readonly code: string;
}

/** What a store holds of the files that were left. */
interface Content {
  readonly state: RenderedState;
}

interface StoredScan {
  readonly scan: RenderedScan;
  /** Of the value in the store that it was made by. */
  readonly digest: string;
}

/** What was left below a root, as far as it is remembered. */
export function stateBelow(root: string, content: Content | undefined): RenderedState {
  const state = content?.state;
  return state?.root === root ? state : { root, files: [], marks: new Float64Array() };
}

export function scanStored({ directory, root, file, code }: ScanTask): StoredScan {
  const store = new Store<Content>(file, code);
  const scan = scanRendered(directory, stateBelow(root, store.value));
  return { scan, digest: store.digest };
}

/** `scanStored` in a thread of its own: worth its start where thousands of files are expected. */
export function scanInThread(task: ScanTask): Promise<StoredScan> {
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
