import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { GitOptions } from '#io/git/git-options.ts';
import { renderedRoot } from '#model/rendered.ts';
import { parseMebibytes } from './shared.ts';

/** Options that locate, access and verify the fleet repository. */
export interface SourceOptions {
  readonly branch: string;
  readonly allowRewind?: true;
  readonly path: string;
  readonly stateDir: string;
  readonly verifyKeys?: string;
  readonly verify?: 'commits' | 'tags';
  readonly gitLimit: number;
  readonly gitUser?: string;
  readonly gitTokenFile?: string;
  readonly gitCaFile?: string;
  readonly gitSshKeyFile?: string;
  readonly gitKnownHostsFile?: string;
}

/**
 * Adds the repository argument and its options to a command.
 *
 * @param argument - `[repo]` if the command takes the repository of the working directory without it
 */
export function addSourceOptions(command: Command, argument: '<repo>' | '[repo]' = '<repo>'): void {
  command
    .argument(argument, 'fleet repository: a local path or any URL that git understands')
    .option('--branch <name>', 'branch to follow', 'main')
    .option('--allow-rewind', 'accept a branch that was reset or force-pushed')
    .option(
      '--path <directory>',
      'path of the rendered directories in the repository',
      renderedRoot,
    )
    .addOption(
      new Option('--state-dir <directory>', 'directory of the clone').default(
        defaultStateDirectory(),
        '~/.cache/regatta',
      ),
    );
  addVerifyOptions(command);
  addAccessOptions(command);
}

function addVerifyOptions(command: Command): void {
  command
    .option('--verify-keys <path>', 'apply only commits signed by a key in this file or directory')
    .addOption(
      new Option(
        '--verify <what>',
        'with --verify-keys: the signed objects to verify (default: commits)',
      ).choices(['commits', 'tags']),
    )
    .hook('preAction', (_, running) => {
      const { verify, verifyKeys } = running.opts<SourceOptions>();
      // Without keys nothing would be verified.
      if (verify !== undefined && verifyKeys === undefined) {
        running.error("error: option '--verify <what>' needs '--verify-keys <path>'");
      }
    });
}

function addAccessOptions(command: Command): void {
  command
    .addOption(
      new Option('--git-limit <mebibytes>', 'maximum size of one fetch, in MiB')
        .argParser(parseMebibytes)
        .default(1024 ** 3, '1024'),
    )
    .option('--git-user <name>', 'user name sent with the token')
    .option(
      '--git-token-file <file>',
      'file with a token or password for https (default: $REGATTA_GIT_TOKEN)',
    )
    .option('--git-ca-file <file>', 'CA bundle that verifies the Git server')
    .option('--git-ssh-key-file <file>', 'private key for ssh')
    .option(
      '--git-known-hosts-file <file>',
      'known_hosts file with the only host keys that ssh trusts',
    );
}

/** Returns the source that the options describe, for all clusters. */
export function sourceOf(repo: string, options: SourceOptions, env: NodeJS.ProcessEnv): GitOptions {
  const { verifyKeys: keys, verify: mode = 'commits' } = options;
  return {
    repo,
    branch: options.branch,
    path: options.path,
    stateDirectory: options.stateDir,
    allowRewind: options.allowRewind ?? false,
    verify: keys === undefined ? undefined : { mode, keys },
    maxFetchBytes: options.gitLimit,
    access: {
      username: options.gitUser,
      tokenFile: options.gitTokenFile,
      token: env.REGATTA_GIT_TOKEN,
      caFile: options.gitCaFile,
      sshKeyFile: options.gitSshKeyFile,
      knownHostsFile: options.gitKnownHostsFile,
    },
  };
}

function defaultStateDirectory(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'regatta');
}
