import { type Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '#model/duration.ts';
import { addListenOptions, type ListenOptions } from './listen.ts';
import { addNotifyOptions, type NotifyOptions } from './notify.ts';
import { outputOption } from './shared.ts';
import { addSourceOptions, type SourceOptions } from './source.ts';

/** What each command that runs the syncer can be told. */
export interface SyncOptions extends SourceOptions, ListenOptions, NotifyOptions {
  readonly kubeconfig?: string;
  readonly ageKeyFile?: string;
  readonly poll: number;
  readonly resync: number;
  readonly once?: true;
  readonly wait: boolean;
  readonly timeout: number;
  readonly output: 'text' | 'json';
  readonly logLevel: string;
}

/** Gives a command the repository as its argument, and the options. */
export function addSyncOptions(command: Command): Command {
  addSourceOptions(command);
  command.option(
    '--age-key-file <file>',
    'age keys for Secrets that SOPS has encrypted (else where SOPS looks for them)',
  );
  addTurnOptions(command);
  addListenOptions(command);
  addNotifyOptions(command);
  return addTellingOptions(command);
}

function addTurnOptions(command: Command): void {
  command
    .addOption(durationOption('--poll <duration>', 'how often to look for commits', '15s'))
    .addOption(durationOption('--resync <duration>', 'how often to look at everything anew', '1h'))
    .option('--once', 'bring every cluster to the current commit, then end')
    .option('--no-wait', 'with --once: do not wait until objects are ready')
    .addOption(durationOption('--timeout <duration>', 'with --once: how long that may take', '5m'));
}

function addTellingOptions(command: Command): Command {
  return command
    .addOption(outputOption('what to print'))
    .addOption(
      new Option('--log-level <level>', 'of the JSON log on stderr')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('info'),
    );
}

function durationOption(flags: string, description: string, standard: string): Option {
  return new Option(flags, description)
    .argParser(parseDuration)
    .default(parseDuration(standard), standard);
}

/** In milliseconds; a number alone is of seconds. */
export function parseDuration(text: string): number {
  const ms = durationMs(/^[\d.]+$/.test(text) ? `${text}s` : text) ?? 0;
  if (!(ms > 0)) throw new InvalidArgumentError('give a time such as 500ms, 15s, 5m or 1h');
  return ms;
}

/** The name of a cluster's directory. */
export function parseClusterName(text: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text) && !text.includes('..')) return text;
  throw new InvalidArgumentError('give the name of a cluster, such as member1');
}
