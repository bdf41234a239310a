import type { Memo } from '../memo.ts';
import { memoKey, recall } from '../memo.ts';
import { type ReadObjects, readDocuments, readObjects } from '../parse/documents.ts';
import { type ParseText, parseText } from '../parse/repository.ts';

/** Returns `readObjects`, which takes the documents of a known text from the memo instead of reading it again. */
export function rememberObjects(memo: Memo): ReadObjects {
  return (source, report) =>
    readObjects(source, report, (text, reportFault) =>
      recall({ memo, key: memoKey('read', text.text) }, reportFault, (note) =>
        readDocuments(text, note),
      ),
    );
}

/** Returns `parseText`, which takes the objects of a known text from the memo instead of parsing it again. */
export function rememberTexts(memo: Memo): ParseText {
  return (source, parsing, report) =>
    recall({ memo, key: memoKey('parse', parsing.profile, source.text) }, report, (note) =>
      parseText(source, parsing, note),
    );
}
