import type { Command } from 'commander';
import { diagnosticCodes } from '#model/diagnostic-code.ts';
import { printLines } from '../print/output.ts';
import { type Candidate, type Wanted, wantedIn } from './line.ts';

export type CommandLoaders = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>;

/**
 * Answers the scripts of `regatta completion`: prints each candidate, which holds no space, with a space and its description, and then
 * `:files` or `:folders` where the shell completes paths, or `:end`. Reads the definition of one command, and of
 * the fleet only the names of rendered files.
 *
 * @param given - the words after `regatta`; the last one is completed. `--next` in front stands for an empty last
 *   word, which some shells cannot pass. After `--kubectl`, the answer is in the form that kubectl reads: the candidates
 *   alone, and a number of Cobra's in place of the last line.
 */
export async function answerCompletion(
  given: readonly string[],
  loaders: CommandLoaders,
): Promise<void> {
  const isKubectl = given[0] === '--kubectl';
  const all = given[0] === '--next' ? [...given.slice(1), ''] : given.slice(isKubectl ? 1 : 0);
  // Bash passes `--output=json` as three words.
  const words = all.filter((word, index) => word !== '=' || index === all.length - 1);
  const last = (words.at(-1) ?? '').replace(/^=$/, '');
  const wanted = await wantedBy([...words.slice(0, -1), last], loaders);
  const candidates = await candidatesOf(wanted);
  const fitting = candidates.filter(({ word }) => word.startsWith(last));
  if (isKubectl) {
    const directive = directives[wanted.type as keyof typeof directives] ?? withoutFiles;
    return printLines([...fitting.map(({ word }) => word), `:${directive}`]);
  }
  const isPath = wanted.type === 'files' || wanted.type === 'folders';
  printLines([
    ...fitting.map(({ word, description }) => `${word}${description && ` ${description}`}`),
    isPath ? `:${wanted.type}` : ':end',
  ]);
}

/** Cobra's numbers for what a shell does besides: complete files, or folders, or nothing. */
const directives = { files: 0, folders: 16 } as const;
const withoutFiles = 4;

async function wantedBy(words: readonly string[], loaders: CommandLoaders): Promise<Wanted> {
  const [first = '', ...others] = words;
  const isDirectory = first === '-C' || first === '--dir';
  if (isDirectory && others.length === 1) return { type: 'folders' };
  const [directory = '.', name = '', ...rest] = isDirectory ? others : ['.', ...words];
  if (rest.length === 0) return { type: 'words', words: plain(topLevel(loaders)) };
  if (name === 'help') {
    return { type: 'words', words: plain([...Object.keys(loaders), ...diagnosticCodes]) };
  }
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  return load === undefined
    ? { type: 'nothing' }
    : wantedIn((await load()).command, rest, directory);
}

function topLevel(loaders: CommandLoaders): readonly string[] {
  return [...Object.keys(loaders), '--dir', '--help', '--version'];
}

async function candidatesOf(wanted: Wanted): Promise<readonly Candidate[]> {
  switch (wanted.type) {
    case 'words':
      return wanted.words;
    case 'clusters':
    case 'objects':
    case 'namespaces': {
      const { FleetNames } = await import('./fleet-names.ts');
      return plain(new FleetNames(wanted.line)[wanted.type]);
    }
    case 'files':
    case 'folders':
    case 'nothing':
      return [];
  }
}

function plain(words: readonly string[]): readonly Candidate[] {
  return words.map((word) => ({ word, description: '' }));
}
