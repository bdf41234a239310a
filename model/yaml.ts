import type { DuplicateKey } from './yaml/construct.ts';
import { YamlError } from './yaml/fault.ts';
import { readStream, type YamlStream } from './yaml/stream.ts';
import { inflated, isInflated } from './yaml-expansion.ts';

/** Why a text is not YAML. */
export interface YamlFault {
  readonly message: string;
  /** Where the reader stopped, in UTF-16 code units. */
  readonly offset: number;
}

/**
 * Reads a YAML or JSON text as kubectl does, or returns the first fault. Regatta reads every file that people write
 * with this function, so that no two of its parts read a file differently. Integers of 64 bits that a double
 * cannot hold are bigints. Of a duplicate key the last value counts; the caller decides whether it is an error.
 */
export function readYamlStream(text: string): YamlStream | YamlFault {
  try {
    return readStream(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { message: error.message, offset: error.offset };
  }
}

/** Returns the documents of a YAML or JSON text in order, or the first fault. Of a duplicate key the last value counts. */
export function readYaml(text: string): readonly unknown[] | YamlFault {
  const stream = readYamlStream(text);
  return 'documents' in stream ? stream.documents : stream;
}

/**
 * Returns the documents of a YAML or JSON text in order, for callers that do not report positions.
 *
 * @throws Error if the text is not YAML, or if a map has a key twice. The message has one line and names the line
 *   at fault.
 */
export function parseYaml(text: string): readonly unknown[] {
  const stream = readYamlStream(text);
  if ('message' in stream) throw invalid(text, stream);
  const { documents, duplicates } = stream;
  // Only an alias repeats a value.
  if (text.includes('*') && isInflated(documents, text.length))
    throw new Error(`invalid YAML: ${inflated}`);
  const [first] = duplicates;
  if (first === undefined) return documents;
  throw invalid(text, { message: duplicateMessage(first), offset: first.offset });
}

/** What is wrong with a key that a map has twice. */
export function duplicateMessage({ key }: DuplicateKey): string {
  return `the key ${key} is defined twice in one map`;
}

function invalid(text: string, { message, offset }: YamlFault): Error {
  const line = text.slice(0, offset).split('\n').length;
  return new Error(`invalid YAML in line ${line}: ${message}`);
}
