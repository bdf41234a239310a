import type { SyncStatus } from './status.ts';

/** Whether the rendered files of a commit are those of its sources. */
export type Rendition =
  | { readonly type: 'current' }
  /** A compile of the sources changes the rendered files. */
  | { readonly type: 'outdated'; readonly rendered: string }
  /** The sources have errors. `rendered` is the last rendered commit; '' if it is too old. */
  | { readonly type: 'faulty'; readonly rendered: string; readonly reason: string }
  | { readonly type: 'unknown'; readonly reason: string };

/** Returns the status of a cluster, which names the rendered commit if the head is not rendered. */
export function withRendition(status: SyncStatus, head: string, rendition: Rendition): SyncStatus {
  if (status.sync === 'former') return status;
  const commit = head.slice(0, 12);
  switch (rendition.type) {
    case 'current':
      return status;
    case 'unknown':
      return { ...status, unchecked: `${commit} was not compiled: ${rendition.reason}` };
    case 'outdated':
      return stale(status, head, rendition.rendered, `${commit} is not rendered yet`);
    case 'faulty': {
      const reason = `${commit} does not compile: ${rendition.reason}`;
      return stale(status, head, rendition.rendered, reason);
    }
  }
}

function stale(
  status: SyncStatus,
  head: string,
  rendered: string,
  notRendered: string,
): SyncStatus {
  const { applied, sync } = status;
  return {
    ...status,
    desired: rendered,
    applied: applied === head ? rendered : applied,
    sync: sync === 'synced' || sync === 'behind' ? 'stale' : sync,
    notRendered,
  };
}
