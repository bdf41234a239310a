import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type SimpleGit, simpleGit } from 'simple-git';
import type { RenderedFile, RenderedTree, SourcePort } from '#syncer/ports.ts';

export interface GitOptions {
  /** A local path or any URL that git understands. */
  readonly repo: string;
  readonly branch: string;
  /** The rendered root, below the repository's root. */
  readonly path: string;
  /** Where the clone is kept; it holds nothing that can't be fetched again. */
  readonly stateDirectory: string;
}

/** A git process that says nothing for so long has hung, in milliseconds. */
const silenceMs = 60_000;

/** Opens the clone, made at first use. @throws Error when the repository's name is unsafe */
export async function openGit(options: GitOptions): Promise<GitSource> {
  const url = repositoryUrl(options.repo);
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  const directory = join(resolve(options.stateDirectory), `${name}.git`);
  await mkdir(directory, { recursive: true });
  const source = new GitSource(url, directory, options);
  await source.prepare();
  return source;
}

/**
 * A bare, shallow clone of the fleet repository. It has no work tree and no hooks, so that nothing
 * in a repository can run or reach outside; manifests are read from Git's objects.
 */
export class GitSource implements SourcePort {
  readonly url: string;
  readonly directory: string;
  readonly branch: string;
  readonly #path: string;

  constructor(url: string, directory: string, { branch, path }: GitOptions) {
    this.url = url;
    this.directory = directory;
    this.branch = branch;
    this.#path = path.replace(/^\.?\/+|\/+$/g, '');
  }

  async prepare(): Promise<void> {
    if (existsSync(join(this.directory, 'HEAD'))) return;
    await this.#run(['init', '--quiet', '--bare', '--template='], AbortSignal.timeout(silenceMs));
  }

  async fetch(signal: AbortSignal): Promise<string> {
    const ref = `refs/regatta/${this.branch}`;
    const spec = `+refs/heads/${this.branch}:${ref}`;
    const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--depth=1'];
    await this.#run([...args, '--', this.url, spec], signal);
    return (await this.#run(['rev-parse', '--verify', ref], signal)).trim();
  }

  async tree(commit: string, signal: AbortSignal): Promise<RenderedTree | undefined> {
    const args = ['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit, '--'];
    const text = await this.#run([...args, `${this.#path}/`], signal);
    const entries = text
      .split('\0')
      .filter((line) => line !== '')
      .map(parseEntry);
    if (entries.length === 0) return undefined;
    const below = entries.map((entry) => ({
      ...entry,
      path: entry.path.slice(this.#path.length + 1),
    }));
    return {
      commit,
      clusters: new Map(
        below
          .filter(({ type, path }) => type === 'tree' && path !== '' && !path.includes('/'))
          .map(({ path, oid }) => [path, oid]),
      ),
      files: below.filter(({ type }) => type !== 'tree').map(toFile),
    };
  }

  async read(oids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    if (oids.length === 0) return new Map();
    const git = openProcess(this.directory, signal, `${oids.join('\n')}\n`);
    const output: Buffer = await git.binaryCatFile(['--batch']);
    return parseBatch(output);
  }

  async #run(args: readonly string[], signal: AbortSignal): Promise<string> {
    return runGit(this.directory, args, signal);
  }
}

/** Runs git in a directory. @throws Error with git's last line, without credentials */
async function runGit(
  directory: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  try {
    return await openProcess(directory, signal).raw([...args]);
  } catch (error) {
    signal.throwIfAborted();
    const text = error instanceof Error ? error.message : String(error);
    const line = text
      .trim()
      .split('\n')
      .findLast((line) => /^(fatal|error|remote):/.test(line));
    throw new Error(redact(line ?? text.trim()), { cause: error });
  }
}

/** What a person may have set on purpose, and what makes git safe without one. */
const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(git_.*|editor|pager|prefix|visual)$/i.test(name),
    ),
  ),
  ...Object.fromEntries(
    ['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_ASKPASS', 'GIT_SSL_CAINFO', 'GIT_CONFIG_GLOBAL'].flatMap(
      (name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]),
    ),
  ),
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

function openProcess(directory: string, signal: AbortSignal, input?: string): SimpleGit {
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
      'gc.autoDetach=false',
      'protocol.ext.allow=never',
      'user.name=regatta',
      'user.email=regatta@localhost',
      'commit.gpgSign=false',
    ],
    allowEnvironment: Object.keys(environment),
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeTemplateDir: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeSshCommand: true,
      allowUnsafeAskPass: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeGpgProgram: true,
    },
  }).env(environment);
}

/** A path made absolute, or the URL as it is. */
function repositoryUrl(repo: string): string {
  if (existsSync(repo)) return resolve(repo);
  // `<transport>::<address>` runs a program; a dash would be read as an option.
  if (repo.startsWith('-') || repo.includes('::'))
    throw new Error(`unsafe repository: ${redact(repo)}`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(repo) || /^[^/]+:/.test(repo)) return repo;
  throw new Error(`no repository at ${repo}`);
}

/** Without the user and password that a URL may carry. */
function redact(text: string): string {
  return text.replace(/(\w:\/\/)[^/@\s]+@/g, '$1');
}

interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly oid: string;
  readonly size: number;
  readonly path: string;
}

/** One record of `git ls-tree -l -z`: `<mode> <type> <oid> <size>\t<path>`. */
function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', type = '', oid = '', size] = line.slice(0, tab).split(/ +/);
  return { mode, type, oid, size: Number(size) || 0, path: line.slice(tab + 1) };
}

function toFile({ mode, type, oid, size, path }: TreeEntry): RenderedFile {
  const kind = type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file';
  return { path, oid, size, type: kind };
}

/** The output of `git cat-file --batch`: `<oid> blob <size>\n<content>\n`, repeated. */
function parseBatch(output: Buffer): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    const [oid = '', type, size] = output.toString('latin1', at, end).split(' ');
    if (type !== 'blob') throw new Error(`git has no blob ${oid}`);
    texts.set(oid, output.toString('utf8', end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
  return texts;
}
