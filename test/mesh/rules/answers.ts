import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a real Envoy did with one request of a row. */
export interface RuleAnswer {
  /** Status and destination, with the share of the requests that had it, from 0 to 1. */
  readonly results: readonly { readonly result: RuleResult; readonly share: number }[];
}

export interface RuleResult {
  /** Status that the client received. */
  readonly status: number;
  /** Labels `app` and `version` of the pod that answered; absent if Envoy answered by itself. */
  readonly pod?: string;
  /** Path and query that the pod received. */
  readonly path?: string;
  /** Host header that the pod received. */
  readonly host?: string;
  /** Headers that the pod received and the client had not sent in this form. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** Headers of the client that the pod did not receive. */
  readonly removedHeaders?: readonly string[];
  /** Headers of the answer that the pod had not sent in this form. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** Body of an answer that no pod gave. */
  readonly body?: string;
  /** Pods that received a copy of the request, with the Host header of the copy. */
  readonly mirrors?: readonly string[];
}

/** Answers by the name of the row, in the order of its requests. */
export type RuleAnswers = Readonly<Record<string, readonly RuleAnswer[]>>;

export const answersFile: string = join(import.meta.dirname, '../fixtures/rules/answers.json');

/** Returns the answers that `node scripts/record-mesh-rules.ts` recorded. */
export function recordedAnswers(): RuleAnswers {
  return JSON.parse(readFileSync(answersFile, 'utf8')) as RuleAnswers;
}
