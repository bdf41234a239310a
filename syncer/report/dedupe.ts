import type { ReportEvent, SyncEvent } from './events.ts';

/** Passes events on, but leaves out trouble that was told before and has not changed since. */
export function dedupeEvents(report: ReportEvent): ReportEvent {
  const told = new Map<string, string>();
  return (event) => {
    const subject = subjectOf(event);
    const state = stateOf(event);
    if (state !== '' && told.get(subject) === state) return;
    told.set(subject, state);
    report(event);
  };
}

function subjectOf(event: SyncEvent): string {
  switch (event.type) {
    case 'object':
    case 'drift':
    case 'health':
      return `${event.cluster} ${event.type === 'drift' ? 'object' : event.type} ${event.key}`;
    case 'synced':
    case 'refused':
    case 'trouble':
      return event.cluster;
    case 'source-trouble':
    case 'rejected-commit':
    case 'published':
      return '';
  }
}

/** What must differ to be told again; '' for what is always news. */
function stateOf(event: SyncEvent): string {
  switch (event.type) {
    case 'object':
      return event.message === '' ? '' : `${event.result} ${event.message}`;
    case 'refused':
    case 'trouble':
    case 'source-trouble':
      return event.reason;
    case 'rejected-commit':
      return event.commit;
    case 'synced':
      return event.commit;
    default:
      return '';
  }
}
