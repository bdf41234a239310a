import { ClusterError } from '../cluster-error.ts';

/** Number of write conflicts in a row from which on the object counts as failed. */
const reportedFrom = 3;

/**
 * Carries out an action again at once, if another client changed its object between the syncer's read and its write.
 * Controllers that update the status do so often.
 */
export async function despiteConflicts<T>(action: () => Promise<T>, stop: AbortSignal): Promise<T> {
  for (let conflicts = 1; ; conflicts++) {
    try {
      return await action();
    } catch (error) {
      if (!isWriteConflict(error) || conflicts === reportedFrom || stop.aborted) throw error;
    }
  }
}

function isWriteConflict(error: unknown): boolean {
  if (!(error instanceof ClusterError) || error.status !== 409) return false;
  // The message about a Secret is hidden.
  return error.isHidden || error.message.includes('the object has been modified');
}
