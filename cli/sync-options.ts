import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AccessOptions } from '#io/git-access.ts';
import type { VerifyOptions } from '#io/git-verify.ts';
import { renderedRoot } from '#model/rendered.ts';
import { outputOption } from './commands/options.ts';

/** What each command that runs the syncer can be told. */
export interface SyncOptions {
  readonly kubeconfig?: string;
  readonly ageKeyFile?: string;
  readonly branch: string;
  readonly allowRewind?: true;
  readonly path: string;
  readonly poll: number;
  readonly resync: number;
  readonly once?: true;
  readonly wait: boolean;
  readonly timeout: number;
  readonly output: 'text' | 'json';
  readonly logLevel: string;
  readonly stateDir: string;
  readonly verifyKeys?: string;
  readonly verify: 'commits' | 'tags';
  readonly gitLimit: number;
  readonly gitUser?: string;
  readonly gitTokenFile?: string;
  readonly gitCaFile?: string;
  readonly gitSshKeyFile?: string;
  readonly gitKnownHostsFile?: string;
}

/** Gives a command the repository as its argument, and the options. */
export function addSyncOptions(command: Command): Command {
  command.argument('<repo>', 'fleet repository: a local path or any URL that git understands');
  addSourceOptions(command);
  addVerifyOptions(command);
  addAccessOptions(command);
  addTurnOptions(command);
  return addTellingOptions(command);
}

function addSourceOptions(command: Command): void {
  command
    .option(
      '--age-key-file <file>',
      'age keys for Secrets that SOPS has encrypted (else where SOPS looks for them)',
    )
    .option('--branch <name>', 'branch to follow', 'main')
    .option('--allow-rewind', 'follow the branch also where it was rewound or pushed by force')
    .option('--path <directory>', 'where the rendered directories are', renderedRoot)
    .addOption(
      new Option('--state-dir <directory>', 'where the clone is kept').default(
        defaultStateDirectory(),
        '~/.cache/regatta',
      ),
    );
}

function addAccessOptions(command: Command): void {
  command
    .addOption(
      new Option('--git-limit <mebibytes>', 'how much one fetch may bring')
        .argParser(parseMebibytes)
        .default(1024 ** 3, '1024'),
    )
    .option('--git-user <name>', 'whose token or password it is, where the server asks')
    .option('--git-token-file <file>', 'a token or password for https (else $REGATTA_GIT_TOKEN)')
    .option('--git-ca-file <file>', 'certificates that the https server has to come from')
    .option('--git-ssh-key-file <file>', 'a private key for ssh')
    .option('--git-known-hosts-file <file>', 'the only host keys that ssh trusts');
}

function addVerifyOptions(command: Command): void {
  command
    .option('--verify-keys <path>', 'a file or folder of keys: apply only what one has signed')
    .addOption(
      new Option('--verify <what>', 'with --verify-keys: what has to be signed')
        .choices(['commits', 'tags'])
        .default('commits'),
    );
}

/** What has to be signed; undefined when nothing has. */
export function verifyOf({ verifyKeys, verify }: SyncOptions): VerifyOptions | undefined {
  return verifyKeys === undefined ? undefined : { mode: verify, keys: verifyKeys };
}

/** How the repository is reached. */
export function accessOf(options: SyncOptions, env: NodeJS.ProcessEnv): AccessOptions {
  return {
    username: options.gitUser,
    tokenFile: options.gitTokenFile,
    token: env.REGATTA_GIT_TOKEN,
    caFile: options.gitCaFile,
    sshKeyFile: options.gitSshKeyFile,
    knownHostsFile: options.gitKnownHostsFile,
  };
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

function parseDuration(text: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const ms = Number(digits) * (units[unit] ?? Number.NaN);
  if (!(ms > 0)) throw new InvalidArgumentError('give a time such as 500ms, 15s, 5m or 1h');
  return ms;
}

function defaultStateDirectory(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'regatta');
}

/** In bytes. */
function parseMebibytes(text: string): number {
  const bytes = Number(text) * 1024 ** 2;
  if (bytes > 0) return bytes;
  throw new InvalidArgumentError('give a number of MiB');
}

/** The name of a cluster's directory. */
export function parseClusterName(text: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text) && !text.includes('..')) return text;
  throw new InvalidArgumentError('give the name of a cluster, such as member1');
}
