import { type Argument, Command, type Option } from 'commander';
import { addDirectory } from '../options/directory.ts';

/** What the last word of a command line may become. */
export type Wanted =
  | { readonly type: 'words'; readonly words: readonly Candidate[] }
  | { readonly type: 'clusters' | 'objects' | 'namespaces'; readonly line: FleetWords }
  | { readonly type: 'files' | 'folders' | 'nothing' };

export interface Candidate {
  readonly word: string;
  /** '' without a description. */
  readonly description: string;
}

/** The words of a command line that select a part of a fleet. */
export interface FleetWords {
  /** The directory of the fleet repository. */
  readonly directory: string;
  readonly namespace: string | undefined;
}

/**
 * Decides what the last word of a command's arguments may become.
 *
 * @param words - the words after the command's name, with the word to complete, which may be empty, as the last one
 * @param directory - the directory that the words before the command's name select
 */
export function wantedIn(command: Command, words: readonly string[], directory: string): Wanted {
  const last = words.at(-1) ?? '';
  const { positionals, pending, given } = readWords(command, words.slice(0, -1));
  const line = { directory: given.get('dir') ?? directory, namespace: given.get('namespace') };
  const [, named = ''] = /^(--[\w-]+)=/.exec(last) ?? [];
  const assigned = allOptions(command).find(({ long }) => long === named);
  if (pending !== undefined) return wantedFor(valueSlot(pending), line);
  if (assigned !== undefined) return prefixed(wantedFor(valueSlot(assigned), line), `${named}=`);
  if (last.startsWith('-')) return { type: 'words', words: optionsOf(command) };
  const { registeredArguments: slots } = command;
  const slot = slots[positionals] ?? (slots.at(-1)?.variadic ? slots.at(-1) : undefined);
  return slot === undefined ? { type: 'nothing' } : wantedFor(argumentSlot(slot), line);
}

/** The options that every command has. */
const globalOptions = addDirectory(new Command()).options;

function allOptions(command: Command): readonly Option[] {
  return [...command.options, ...globalOptions];
}

interface ReadWords {
  /** Number of words that are arguments. */
  readonly positionals: number;
  /** The option whose value is the next word. */
  readonly pending: Option | undefined;
  /** Values by the long name of their option, without dashes. */
  readonly given: ReadonlyMap<string, string>;
}

function readWords(command: Command, words: readonly string[]): ReadWords {
  const given = new Map<string, string>();
  let positionals = 0;
  let pending: Option | undefined;
  for (const word of words) {
    if (pending !== undefined) {
      given.set(pending.name(), word);
      pending = undefined;
      continue;
    }
    const [flag = '', value] = word.split('=', 2);
    const option = allOptions(command).find(({ long, short }) => flag === long || flag === short);
    if (option === undefined) positionals += word.startsWith('-') ? 0 : 1;
    else if (value !== undefined) given.set(option.name(), value);
    else if (option.required) pending = option;
  }
  return { positionals, pending, given };
}

interface Slot {
  /** Such as `cluster`, `file` or `kind/name`. */
  readonly what: string;
  readonly choices: readonly string[] | undefined;
}

function valueSlot({ flags, long, argChoices }: Option): Slot {
  const [, what = ''] = /[<[]([^>\]]*)/.exec(flags) ?? [];
  const isNamed = long === '--cluster' || long === '--namespace';
  return { what: isNamed ? long.slice(2) : what, choices: argChoices };
}

function argumentSlot(argument: Argument): Slot {
  return { what: argument.name(), choices: argument.argChoices };
}

function wantedFor({ what, choices }: Slot, line: FleetWords): Wanted {
  if (choices !== undefined) {
    return { type: 'words', words: choices.map((word) => ({ word, description: '' })) };
  }
  if (/^clusters?\b/.test(what)) return { type: 'clusters', line };
  if (/^namespace$/.test(what)) return { type: 'namespaces', line };
  if (/kind\/name/.test(what)) return { type: 'objects', line };
  if (/^(dir|directory|repo)$/.test(what)) return { type: 'folders' };
  if (/^(files?|path|spec)\b/.test(what)) return { type: 'files' };
  return { type: 'nothing' };
}

/** Adds `--option=` to the words that complete the value of an option in the same word. */
function prefixed(wanted: Wanted, prefix: string): Wanted {
  if (wanted.type !== 'words') return { type: 'nothing' };
  const words = wanted.words.map(({ word, description }) => ({
    word: prefix + word,
    description,
  }));
  return { type: 'words', words };
}

function optionsOf(command: Command): readonly Candidate[] {
  const shown = allOptions(command).filter(({ hidden }) => !hidden);
  const own = shown.map(({ long, short, description }) => {
    return { word: long ?? short ?? '', description };
  });
  return [...own, { word: '--help', description: 'display help for command' }];
}
