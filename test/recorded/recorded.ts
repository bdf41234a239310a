import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Selection } from './cases.ts';
import type { RecordedAnswer } from './recorder.ts';

/** Selects the mechanical changes of the recorded set, which also has all written changes. */
export const recordedSelection: Selection = { seed: 'kept', share: 0.02 };

/** Path of the recorded set, relative to the project's root. */
export const answersFile = 'test/recorded/answers.jsonl.gz';

export function readAnswers(file: string = answersFile): RecordedAnswer[] {
  const path = file.startsWith('/') ? file : join(import.meta.dirname, '../..', file);
  const text = gunzipSync(readFileSync(path)).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/**
 * Returns a quarter of the answers, always the same one: of each object's creations and updates, a
 * quarter of those that were accepted and a quarter of those that were refused, but at least one.
 */
export function sampleOf(answers: readonly RecordedAnswer[]): readonly RecordedAnswer[] {
  const strata = Map.groupBy(answers, ({ id, status }) => {
    const [object, operation] = id.split(' ');
    return `${object} ${operation} ${status < 300}`;
  });
  return [...strata.values()].flatMap((stratum) => {
    const shuffled = stratum.toSorted((a, b) => (digest(a.id) < digest(b.id) ? -1 : 1));
    return shuffled.slice(0, Math.ceil(stratum.length / 4));
  });
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
