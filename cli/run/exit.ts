/** Decides the exit status of every command. docs/commands.md has the table. */
import { CommanderError } from 'commander';
import { NoSuchObjectError } from '#model/no-such-object.ts';
import { afterOutput } from '../print/output.ts';

/** The exit statuses, the same for all commands. */
export const exits = {
  /** The command did what it was asked, and found nothing to report. */
  ok: 0,
  /** There are differences or faults, or the named object does not exist. */
  faults: 1,
  /** The command line is wrong, or the command could not find out. */
  unknown: 2,
  /** Regatta refuses until someone acknowledges the deletions. */
  refused: 3,
} as const;

export type ExitStatus = (typeof exits)[keyof typeof exits];

/** The findings of a command; `ok` without any of them. */
export type Found = {
  readonly [what in Exclude<keyof typeof exits, 'ok'>]?: boolean | undefined;
};

/**
 * Returns the exit status of a command: the highest one of what it found, because it must not promise more than
 * that.
 */
export function exitOf(found: Found): ExitStatus {
  if (found.refused) return exits.refused;
  if (found.unknown) return exits.unknown;
  return found.faults ? exits.faults : exits.ok;
}

/** Returns the exit status of a command that ended with an error. */
export function exitOfError(error: unknown): ExitStatus {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  return isHelp ? exits.ok : exitOf(foundByError(error));
}

/** Returns what an error says about the question of a command. */
export function foundByError(error: unknown): Found {
  return error instanceof NoSuchObjectError ? { faults: true } : { unknown: true };
}

/** Sets the exit status of this process, which ends when nothing is left to do. */
export function exitWith(found: Found): void {
  process.exitCode = exitOf(found);
}

/**
 * Ends the process after it has written its output. A watch that a cluster never closes would
 * otherwise keep the process running.
 */
export function endWith(found: Found): void {
  const status = exitOf(found);
  afterOutput(() => process.exit(status));
}
