import { describeOverrun } from '#model/overruns.ts';
import type { ReportEvent, SyncEvent } from './events.ts';

/** Passes events to `report`, except trouble that it passed before and that has not changed since. */
export function dedupeEvents(report: ReportEvent): ReportEvent {
  const reported = new Map<string, string>();
  return (event) => {
    const subject = subjectOf(event);
    const state = stateOf(event);
    if (state !== '' && reported.get(subject) === state) return;
    reported.set(subject, state);
    // Deletions that are held again later are news.
    if (event.type === 'synced') forgetHeld(reported, event.cluster);
    report(event);
  };
}

function forgetHeld(reported: Map<string, string>, cluster: string): void {
  for (const subject of reported.keys()) {
    if (subject.startsWith(`${cluster} held `)) reported.delete(subject);
  }
}

function subjectOf(event: SyncEvent): string {
  switch (event.type) {
    case 'object':
    case 'drift':
    case 'health':
    case 'warning':
      return `${event.cluster} ${event.type === 'drift' ? 'object' : event.type} ${event.key}`;
    case 'held':
      return `${event.cluster} held ${event.setting}`;
    case 'synced':
    case 'refused':
    case 'trouble':
      return event.cluster;
    case 'claimed':
    case 'former':
      return `${event.cluster} ${event.type}`;
    case 'commit-warnings':
      return 'warnings';
    case 'source-trouble':
    case 'source-recovered':
    case 'rejected-commit':
    case 'published':
      return '';
  }
}

/** Returns the text that must change before the same event counts as new; '' for events that always pass. */
function stateOf(event: SyncEvent): string {
  switch (event.type) {
    case 'object':
      if (event.result === 'created' || event.result === 'configured') return '';
      return event.message === '' ? '' : `${event.result} ${event.message}`;
    case 'held':
      return `${event.held} ${describeOverrun(event)}`;
    case 'refused':
    case 'trouble':
    case 'source-trouble':
      return event.reason;
    case 'warning':
      return event.message;
    case 'rejected-commit':
    case 'commit-warnings':
      return event.commit;
    case 'synced':
      return event.commit;
    default:
      return '';
  }
}
