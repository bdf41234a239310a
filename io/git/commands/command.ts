/**
 * Describes a git command. `queries.ts` and `updates.ts` list every command that Regatta runs. Git
 * cannot read a name in their arguments as an option: names follow `--` or `--end-of-options`, have
 * a prefix that Regatta adds, or come through standard input.
 */

/** One git command, ready to run. */
export interface GitCommand {
  readonly args: readonly string[];
  /** Text for standard input; empty unless given. */
  readonly input?: string;
  /** Exit codes besides 0 that are answers. Any other code, and any signal, is an error. */
  readonly answers?: readonly number[];
  /**
   * The part of the user's environment that git gets. With `server`, git can reach a server. With
   * `settings`, git reads the user's settings.
   */
  readonly reaches?: 'server' | 'settings';
  /** Maximum size of the output, in bytes; unlimited unless given. */
  readonly maxOutput?: number;
}

/**
 * Returns an object id unchanged.
 *
 * @throws Error when the text is not an object id
 */
export function objectId(text: string): string {
  if (isObjectId(text)) return text;
  throw new Error(`${JSON.stringify(text.slice(0, 80))} is not the id of a Git object`);
}

export function isObjectId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** Reports whether a text is a name in a refspec, without characters that have another meaning there. */
export function isRefName(text: string): boolean {
  if (text === '' || [...text].some((letter) => letter <= ' ' || letter === '\x7f')) return false;
  return !/[~^:?*[\\]|\.\.|@\{|^[-+/]|\/$|\/\/|(^|\/)\.|\.$|\.lock$/.test(text);
}

/**
 * Returns the full name of a branch's ref.
 *
 * @throws Error when the text is not the name of a branch
 */
export function branchRef(branch: string): string {
  return `refs/heads/${refName(branch, 'branch')}`;
}

/**
 * Returns the name of a ref unchanged.
 *
 * @throws Error when the text is not the name of a ref
 */
export function refName(text: string, what: 'branch' | 'ref' = 'ref'): string {
  if (isRefName(text)) return text;
  throw new Error(`${JSON.stringify(text)} is not the name of a ${what}`);
}

/** Formats texts as lines of standard input. */
export function inputLines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
