import { Worker } from 'node:worker_threads';
import { type RenderedScan, type RenderedState, scanRendered } from './rendered-state.ts';
import { Store } from './store.ts';

/** The input of a scanning thread. */
export interface ScanTask {
  readonly directory: string;
  /** The rendered root, relative to `directory`. */
  readonly root: string;
  /** The file of the store that holds the recorded state. */
  readonly file: string;
  /** The version of the code, as in `Store`. */
  readonly code: string;
}

/** The part of the stored value that a scan needs. */
interface Content {
  readonly state: RenderedState;
}

interface StoredScan {
  readonly scan: RenderedScan;
  /** Digest of the stored value that `scan` compared with the disk. */
  readonly digest: string;
}

/** Returns the recorded state below a root, or an empty state when the store has no state for that root. */
export function stateBelow(root: string, content: Content | undefined): RenderedState {
  const state = content?.state;
  return state?.root === root ? state : { root, files: [], marks: new Float64Array() };
}

/** Compares the rendered files with the state in a store. */
export function scanStored({ directory, root, file, code }: ScanTask): StoredScan {
  const store = new Store<Content>(file, code);
  const scan = scanRendered(directory, stateBelow(root, store.value));
  return { scan, digest: store.digest };
}

/** Runs `scanStored` in a thread. That is worth the start of a thread if there are thousands of files. */
export function scanInThread(task: ScanTask): Promise<StoredScan> {
  // The build puts the thread's bundle beside this chunk.
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'mjs';
  const thread = new Worker(new URL(`scan-thread.${extension}`, import.meta.url), {
    workerData: task,
  });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}
