import { type Command, InvalidArgumentError, Option } from 'commander';
import type { KeyFile } from '#io/sops/secrets.ts';
import { unidentified } from '#syncer/ownership/standing.ts';
import { ageKeyOption } from './age-keys.ts';
import { addListenOptions, type ListenOptions } from './listen.ts';
import { addNotifyOptions, type NotifyOptions } from './notify.ts';
import { outputOption, parseDuration } from './shared.ts';
import { addSourceOptions, type SourceOptions } from './source.ts';

/** Options of each command that runs the syncer. */
export interface SyncOptions extends SourceOptions, ListenOptions, NotifyOptions {
  readonly kubeconfig?: string;
  readonly ageKeyFile?: readonly KeyFile[];
  readonly poll: number;
  readonly resync: number;
  readonly once?: true;
  readonly takeOver?: readonly string[];
  readonly wait: boolean;
  readonly timeout: number;
  readonly output: 'text' | 'json';
  readonly logLevel: string;
}

/** Adds the repository argument and the options of the syncer to a command. */
export function addSyncOptions(command: Command): Command {
  addSourceOptions(command, '[repo]');
  command.addOption(
    ageKeyOption('age keys that decrypt SOPS Secrets (default: the locations that SOPS reads)'),
  );
  addTurnOptions(command);
  addListenOptions(command);
  addNotifyOptions(command);
  return addOutputOptions(command);
}

function addTurnOptions(command: Command): void {
  command
    .addOption(durationOption('--poll <duration>', 'interval between polls of the branch', '15s'))
    .addOption(durationOption('--resync <duration>', 'interval between full resyncs', '1h'))
    .addOption(
      new Option(
        '--take-over <id>',
        'take over the objects of the fleet with this id, or with "unidentified" those of an inventory that names no fleet (repeatable)',
      ).argParser((id: string, before?: readonly string[]) => [
        ...(before ?? []),
        parseFleetId(id),
      ]),
    )
    .option('--once', 'sync every cluster with the current commit, then exit')
    .option('--no-wait', 'with --once: exit without waiting for readiness')
    .addOption(
      durationOption('--timeout <duration>', 'with --once: maximum duration of the run', '5m'),
    );
}

function addOutputOptions(command: Command): Command {
  return command
    .addOption(outputOption('output format', ['text', 'json']))
    .addOption(
      new Option(
        '--log-level <level>',
        'minimum level of the log on stderr (text on a terminal, otherwise JSON)',
      )
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('info'),
    );
}

function durationOption(flags: string, description: string, standard: string): Option {
  return new Option(flags, description)
    .argParser(parseDuration)
    .default(parseDuration(standard), standard);
}

/** Parses the id of a fleet, or the word for an inventory that names none. */
function parseFleetId(text: string): string {
  if (text === unidentified || /^[a-z0-9]{10}$/.test(text)) return text;
  throw new InvalidArgumentError(`expected the id of a fleet, or ${unidentified}`);
}

/** Parses a cluster name, which is also the name of its directory. */
export function parseClusterName(text: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text) && !text.includes('..')) return text;
  throw new InvalidArgumentError('expected a cluster name, such as member1');
}
