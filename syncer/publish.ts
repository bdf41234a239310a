import type { CompilerPort, PublishingPort } from './ports/source.ts';
import type { ReportEvent } from './report/events.ts';

/** The ports that `publish` needs. */
export interface PublishPorts {
  readonly source: PublishingPort;
  readonly compile: CompilerPort;
  readonly report: ReportEvent;
}

/** Maximum number of pushes in one poll that fail because the branch moved. */
const maxAttempts = 5;

/**
 * Compiles the branch's head, and commits and pushes the rendered files that were stale. If the branch
 * moves before the push, it compiles the new head, because a merge of rendered files would prove nothing.
 *
 * @returns the commit to apply, which is the head or its rendered commit; undefined if the head does not
 *   compile, which this function reports
 * @throws Error if git fails, or if the branch moved before each of the pushes
 */
export async function publish(
  head: string,
  { source, compile, report }: PublishPorts,
  stop: AbortSignal,
): Promise<string | undefined> {
  let commit = head;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const directory = await source.checkout(commit, stop);
    const { ok, diagnostics, exceeded: reason } = await compile(directory, stop);
    if (!ok) {
      report({ type: 'rejected-commit', commit, diagnostics, ...(reason && { reason }) });
      return undefined;
    }
    const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
    if (warnings.length > 0) report({ type: 'commit-warnings', commit, diagnostics: warnings });
    const made = await source.commit(messageOf(commit), stop);
    if (made === undefined) return commit;
    if ((await source.push(made, stop)) === 'pushed') {
      report({ type: 'published', source: commit, commit: made });
      return made;
    }
    commit = await source.fetch(stop);
  }
  throw new Error(
    `cannot push the compile of ${head.slice(0, 12)}: the branch moved ${maxAttempts} times`,
  );
}

function messageOf(source: string): string {
  return `Render ${source.slice(0, 12)}\n\nRegatta-Source-Commit: ${source}\n`;
}
