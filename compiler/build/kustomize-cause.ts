/** Extracts the cause from an error of Kustomize, which prefixes it with the chain of kustomizations. */
import type { Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { parentOf, resolvePath } from '#model/folder.ts';
import { kustomizationIn } from './folders.ts';

/** The innermost cause, and the kustomization that it refers to. */
export interface KustomizeCause {
  readonly text: string;
  /** The text as Kustomize prints it, of any length. */
  readonly full: string;
  /** The folder of the kustomization. */
  readonly folder: string;
  /** A path in the kustomization, as written there. */
  readonly entry?: string | undefined;
  /** Line in the entry's file if there is one, else in the kustomization. */
  readonly line?: number | undefined;
}

/** Path of the repository inside the engine. */
const mount = /\/repository(\/|(?='))/g;

/** Matches Kustomize's message about an entry of a list that is neither a valid file nor a valid folder. */
const entryFault =
  /^accumulation err='(.*)': ((?:must build at directory|no 'git' program|cycle detected|couldn't make target|new root|security;).*)$/;

/**
 * Extracts the innermost cause of an error.
 *
 * @param error - message of the engine
 * @param directory - folder of the kustomization that the engine built
 */
export function causeOf(error: string, directory: string): KustomizeCause {
  const whole = error.replaceAll(mount, '').replaceAll(/\s+/g, ' ').trim();
  const { text, folder } = innermost({ text: unquoted(whole), folder: directory });
  const [, first = '', second = ''] = entryFault.exec(text) ?? [];
  const isFolder = first.endsWith('must resolve to a file');
  const about = /^(?:accumulating|merging) resources from '([^']*)': (.*)$/.exec(first || text);
  const last = isFolder ? second : (about?.[2] ?? (first || text));
  const line = /\byaml: line (\d+): /.exec(last)?.[1];
  return {
    text: plainText(last),
    full: last,
    folder,
    entry: about?.[1],
    line: line === undefined ? undefined : Number(line),
  };
}

/** Strips the chain of folders that leads to the faulty kustomization. */
function innermost({ text, folder }: { readonly text: string; readonly folder: string }): {
  readonly text: string;
  readonly folder: string;
} {
  const inner =
    /^.*(?:recursed (?:accumulation of|merging from) path|couldn't make target for path) '([^']*)': (.*)$/.exec(
      text,
    );
  const [, at = folder, rest = text] = inner ?? [];
  const short = unquoted(rest.replace(/^accumulating (?:resources|components): /, ''));
  return short === text ? { text, folder: at } : innermost({ text: short, folder: at });
}

/** Unquotes a cause, because Kustomize quotes those of components. */
function unquoted(text: string): string {
  const quoted = /^(?:accumulating components: )?(?:accumulateDirectory: |loader\.New )(".*")$/;
  const [, json] = quoted.exec(text) ?? [];
  if (json === undefined) return text;
  try {
    return String(JSON.parse(json));
  } catch {
    return text;
  }
}

function plainText(text: string): string {
  const plain = text
    .replace(/^must build at directory: not a valid directory: /, '')
    .replace(/trouble configuring builtin (\w+) with config: `[^`]*`: /, '$1: ')
    .replace(/MalformedYAMLError: /, '')
    // An address in memory, and Go's notation of an identity.
    .replace(/ &\{0x[0-9a-f]+ <nil>\}/, '')
    .replace(/id resid\.ResId\{.*?Kind:"(\w*)".*?Name:"([^"]*)"[^}]*\}/, '$1 $2')
    .replace(/(validator shouldn't modify the resource map): .*/, '$1')
    .replace(/ in File: \S+$/, '')
    .replace(/ doesn't exist$/, ' does not exist');
  return plain.length > maxLength ? `${plain.slice(0, maxLength)}…` : plain;
}

/** Maximum length of a cause, in characters. */
const maxLength = 500;

/** Returns the position of a cause: the line that Kustomize names, or the entry of the kustomization. */
export function positionOfCause(cause: KustomizeCause, files: FileMap): Position | undefined {
  const { folder, entry, line, text } = cause;
  const named = entry === undefined ? undefined : resolvePath(folder, entry);
  if (named !== undefined && files.has(named) && entry !== undefined && !text.includes(named)) {
    return { file: named, line: line ?? 1, column: 1 };
  }
  const file = kustomizationIn(files, folder);
  if (file === undefined) return undefined;
  if (line !== undefined) return { file, line, column: 1 };
  return mentionIn(files, file, entry === undefined ? text : `'${entry}'`);
}

/** Returns the position of the longest word of a file that a text quotes. */
export function mentionIn(files: FileMap, file: string, text: string): Position {
  const start = { file, line: 1, column: 1 };
  const content = files.get(file);
  if (typeof content !== 'string') return start;
  const words = content.split('\n').flatMap((line, index) =>
    [...line.matchAll(/[\w./:@?=+-]{2,}/g)].map(({ 0: word, index: column }) => ({
      word,
      at: { file, line: index + 1, column: column + 1 },
    })),
  );
  const folder = parentOf(file);
  const isQuoted = ({ word }: { readonly word: string }) =>
    text.includes(`'${resolvePath(folder, word)}'`) ||
    (["'", '"', '(', '[', '/'].some((mark) => text.includes(`${mark}${word}`)) &&
      ["'", '"', ')', ']'].some((mark) => text.includes(`${word}${mark}`)));
  const [found] = words.filter(isQuoted).toSorted((a, b) => b.word.length - a.word.length);
  return found?.at ?? start;
}
