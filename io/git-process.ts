import { type SimpleGit, simpleGit } from 'simple-git';

/** A git process that says nothing for so long has hung, in milliseconds. */
const silenceMs = 60_000;

/** What a git process is given besides its arguments. */
export interface GitHow {
  readonly input?: string;
  /** `name=value`; nothing secret, it is in the arguments. */
  readonly config?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the settings of the user and the machine count for nothing, unless GIT_CONFIG_GLOBAL names some. */
  readonly isolated?: boolean;
}

/** Both of what two say; what the second sets counts. */
export function withHow(base: GitHow, more: GitHow = {}): GitHow {
  return {
    ...base,
    ...more,
    config: [...(base.config ?? []), ...(more.config ?? [])],
    environment: { ...base.environment, ...more.environment },
  };
}

/** Runs git in a directory. @throws Error with git's last line, without credentials */
export async function runGit(
  directory: string,
  args: readonly string[],
  signal: AbortSignal,
  how: GitHow = {},
): Promise<string> {
  try {
    return await openProcess(directory, signal, how).raw([...args]);
  } catch (error) {
    signal.throwIfAborted();
    const text = error instanceof Error ? error.message : String(error);
    const lines = text.trim().split(/[\r\n]+/);
    const line =
      lines.findLast((line) => /^(fatal|error):/.test(line)) ??
      lines.findLast((line) => line.startsWith('remote:'));
    throw new Error(redact(line ?? text.trim()), { cause: error });
  }
}

/** What a person may have set on purpose. */
const honoured = [
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_ASKPASS',
  'GIT_SSL_CAINFO',
  'GIT_CONFIG_GLOBAL',
];

/** The environment without what would change what git does, or have it ask somebody. */
function environmentOf({ isolated = false, environment }: GitHow): NodeJS.ProcessEnv {
  const { env } = process;
  const others = Object.entries(env).filter(
    ([name]) => !/^(git_.*|editor|pager|prefix|visual|regatta_git_token)$/i.test(name),
  );
  const set = honoured.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  const none = {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: env.GIT_CONFIG_GLOBAL ?? '/dev/null',
  };
  return {
    ...Object.fromEntries(others),
    ...Object.fromEntries(set),
    ...(isolated && none),
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...environment,
  };
}

/** Faults that old commits of honest repositories have. */
const harmless = ['badTimezone', 'missingSpaceBeforeDate', 'zeroPaddedFilemode'];

/** git in a directory, safe against what a repository may hold. */
export function openProcess(directory: string, signal: AbortSignal, how: GitHow = {}): SimpleGit {
  const { input, config = [] } = how;
  const own = environmentOf(how);
  return simpleGit({
    baseDir: directory,
    abort: signal,
    timeout: { block: silenceMs },
    ...(input !== undefined && { input: () => input }),
    config: [
      'core.hooksPath=/dev/null',
      'core.fsmonitor=false',
      'core.symlinks=false',
      'core.autocrlf=false',
      'core.quotePath=false',
      'gc.autoDetach=false',
      'protocol.ext.allow=never',
      'user.name=regatta',
      'user.email=regatta@localhost',
      'commit.gpgSign=false',
      'fetch.recurseSubmodules=false',
      'submodule.recurse=false',
      // Larger ones are not held in memory.
      'core.bigFileThreshold=4m',
      'fetch.fsckObjects=true',
      // What comes is one file until it has come: its size can be seen.
      'fetch.unpackLimit=1',
      ...harmless.map((fault) => `fetch.fsck.${fault}=ignore`),
      ...config,
    ],
    allowEnvironment: Object.keys(own),
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeTemplateDir: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeSshCommand: true,
      allowUnsafeAskPass: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeGpgProgram: true,
      allowUnsafeCredentialHelper: true,
    },
  }).env(own);
}

/** Without the user and password that a URL may carry. */
export function redact(text: string): string {
  return text.replace(/(\w:\/\/)[^/@\s]+@/g, '$1');
}
