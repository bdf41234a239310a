import { badRequest } from '../status.ts';
import type { WriteOptions } from './state.ts';

/**
 * Reports duplicate fields of an applied configuration, as `fieldValidation` requests. Its body is JSON in one line.
 *
 * @throws ApiError 400 under Strict
 */
export function reportDuplicates({
  duplicates = [],
  fieldValidation,
  warn,
}: Pick<WriteOptions, 'duplicates' | 'fieldValidation' | 'warn'>): void {
  if (duplicates.length === 0 || fieldValidation === 'Ignore') return;
  const keys = duplicates.map((path) => path.slice(path.lastIndexOf('.') + 1));
  const messages = keys.map((key) => `line 1: key ${JSON.stringify(key)} already set in map`);
  if (fieldValidation === 'Warn') {
    for (const message of messages) warn(message);
    return;
  }
  const faults = messages.map((message) => `\n  ${message}`).join('');
  throw badRequest(
    `error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:${faults}`,
  );
}
