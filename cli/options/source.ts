import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GitOptions } from '#io/git/source.ts';
import { renderedRoot } from '#model/rendered.ts';

/** Where the fleet repository is, how it is reached, and what of it is trusted. */
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

/** Gives a command the repository as its argument, and the options. */
export function addSourceOptions(command: Command): void {
  command
    .argument('<repo>', 'fleet repository: a local path or any URL that git understands')
    .option('--branch <name>', 'branch to follow', 'main')
    .option('--allow-rewind', 'follow the branch also where it was rewound or pushed by force')
    .option('--path <directory>', 'where the rendered directories are', renderedRoot)
    .addOption(
      new Option('--state-dir <directory>', 'where the clone is kept').default(
        defaultStateDirectory(),
        '~/.cache/regatta',
      ),
    );
  addVerifyOptions(command);
  addAccessOptions(command);
}

function addVerifyOptions(command: Command): void {
  command
    .option('--verify-keys <path>', 'a file or folder of keys: apply only what one has signed')
    .addOption(
      new Option(
        '--verify <what>',
        'with --verify-keys: what has to be signed (default: commits)',
      ).choices(['commits', 'tags']),
    )
    .hook('preAction', (_, running) => {
      const { verify, verifyKeys } = running.opts<SourceOptions>();
      // Somebody means to be safe, and would not be.
      if (verify !== undefined && verifyKeys === undefined) {
        running.error("error: option '--verify <what>' needs '--verify-keys <path>'");
      }
    });
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

/** The repository as the options say, for all of its clusters. */
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

/** In bytes. */
function parseMebibytes(text: string): number {
  const bytes = Number(text) * 1024 ** 2;
  if (bytes > 0) return bytes;
  throw new InvalidArgumentError('give a number of MiB');
}

function defaultStateDirectory(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'regatta');
}
