import { describeOverrun } from '#model/overruns.ts';
import type { ReportEvent, SyncEvent } from './events.ts';

/** A state that was reported, and the number of commits of its cluster until it was last heard. */
interface Reported {
  readonly state: string;
  readonly at: number;
}

/** Number of commits after which a state that is no longer heard is forgotten: its object may be gone. */
const keptCommits = 2;

/** Passes events to `report`, except trouble that it passed before and that has not changed since. */
export function dedupeEvents(report: ReportEvent): ReportEvent {
  const reported = new Map<string, Reported>();
  /** Number of the commits that each cluster has reached. */
  const commits = new Map<string, number>();
  return (event) => {
    const subject = subjectOf(event);
    const state = stateOf(event);
    const cluster = 'cluster' in event ? event.cluster : '';
    const at = commits.get(cluster) ?? 0;
    const isKnown = state !== '' && reported.get(subject)?.state === state;
    if (state === '') reported.delete(subject);
    else reported.set(subject, { state, at });
    if (isKnown) return;
    if (event.type === 'synced') {
      commits.set(cluster, at + 1);
      forget(reported, cluster, at + 1);
    }
    report(event);
  };
}

/** Forgets the held deletions of a cluster, because they are news when they are held again, and what is long past. */
function forget(reported: Map<string, Reported>, cluster: string, now: number): void {
  for (const [subject, { at }] of reported) {
    if (!subject.startsWith(`${cluster} `)) continue;
    const isHeld = subject.startsWith(`${cluster} held `);
    if (isHeld || now - at > keptCommits) reported.delete(subject);
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
