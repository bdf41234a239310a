import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Selection } from './cases.ts';
import type { RecordedAnswer } from './recorder.ts';

/** Which mechanical changes the recorded set has, beside the written ones. */
export const recordedSelection: Selection = { seed: 'kept', share: 0.02 };

/** The recorded set, relative to the project's root. */
export const answersFile = 'test/recorded/answers.jsonl.gz';

export function readAnswers(file: string = answersFile): RecordedAnswer[] {
  const path = file.startsWith('/') ? file : join(import.meta.dirname, '../..', file);
  const text = gunzipSync(readFileSync(path)).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
