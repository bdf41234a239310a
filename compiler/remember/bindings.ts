import { digestOf, digestOfData, type OutputMap, textOf } from '#model/files.ts';
import { bindingsHeader } from '#model/rendered.ts';
import { type Memo, memoKey, recall } from '../memo.ts';
import { entryOf, type ParsePrevious, parsePrevious } from '../parse/bindings.ts';
import {
  type BindingDocument,
  type BindingFile,
  type PrintBindings,
  printBindings,
} from '../write/binding-files.ts';

/** Returns `parsePrevious`, which takes the entries of a known file from the memo instead of parsing it again. */
export function rememberPrevious(memo: Memo): ParsePrevious {
  return (source, report) =>
    recall({ memo, key: previousKey(digestOf(source.text)) }, report, (note) =>
      parsePrevious(source, note),
    );
}

/** Remembers the entries of printed files, so that the next compile does not parse them. */
export function notePrevious(files: readonly BindingFile[], memo: Memo): void {
  for (const { content, documents } of files) {
    const key = previousKey(content.digest);
    if (!memo.has(key)) memo.set(key, documents.map(entryOf));
  }
}

function previousKey(digest: string): string {
  return memoKey('bindings', digest);
}

/** Returns `printBindings`, which takes the text of an unchanged file from the files that exist. */
export function rememberPrinting(memo: Memo, existing: OutputMap): PrintBindings {
  return (path, documents) => {
    const key = memoKey('print', bindingsHeader, ...documents.map(digestOfDocument));
    const digest = memo.get(key);
    const before = existing.get(path);
    if (typeof before === 'string' && digestOf(before) === digest) return { text: before, digest };
    const printed = textOf(printBindings(documents));
    memo.set(key, printed.digest);
    return printed;
  };
}

function digestOfDocument(document: BindingDocument): string {
  const { clusters = [], ...spec } = document.spec;
  return `${digestOfData(clusters)} ${JSON.stringify({ ...document, spec })}`;
}
