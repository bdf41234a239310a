import { syncCommandWith } from '#cli/commands/sync.ts';
import { exitOf, exitOfError } from '#cli/run/exit.ts';
import { sync } from '#cli/run/sync.ts';
import type { SyncEvent } from '#syncer/report/events.ts';

/** The exit status and the events of `regatta sync --once`. */
export interface SyncRun {
  readonly status: number | null;
  readonly events: readonly SyncEvent[];
}

/**
 * Runs `regatta sync` in this process, which saves the start of a process. Use a `SyncerProcess` where
 * signals, exit statuses, the log or the environment matter.
 */
export async function syncInProcess(repo: string, args: readonly string[]): Promise<SyncRun> {
  let printed = '';
  const out = {
    write: (text: string | Uint8Array) => {
      printed += text;
      return true;
    },
  };
  let status = 0;
  const command = syncCommandWith(async (run) => {
    status = exitOf(await sync(run, out, new AbortController().signal));
  });
  const flags = ['--output', 'json', '--log-level', 'silent', ...args];
  try {
    await command.exitOverride().parseAsync([repo, ...flags], { from: 'user' });
  } catch (error) {
    status = exitOfError(error);
  }
  const lines = printed.split('\n').filter((line) => line !== '');
  return { status, events: lines.map((line) => JSON.parse(line) as SyncEvent) };
}
