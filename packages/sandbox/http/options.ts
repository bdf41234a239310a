/** Reads the query parameters of requests that write. */
import type { WriteOptions } from '../api/state.ts';
import { type Cause, invalid, unsupported } from '../status.ts';
import type { Call } from './call.ts';

/** The options of a write, and the warnings that it collects. */
export interface ParsedOptions {
  readonly options: WriteOptions;
  /** Texts for Warning headers of the response. The write adds to this list, so read it after the write. */
  readonly warnings: readonly string[];
}

const validations = ['Ignore', 'Strict', 'Warn'] as const;

/**
 * Returns the options of a write from the query parameters `dryRun`, `fieldManager` and `fieldValidation`, or
 * their defaults.
 *
 * @param kind - the kind of the options that the API server names in its error, such as `PatchOptions`
 * @throws ApiError 422 when a parameter has an unsupported value
 */
export function readWriteOptions(
  { query, userAgent, duplicates }: Call,
  kind: string,
): ParsedOptions {
  const dryRun = query.getAll('dryRun').filter((one) => one !== '');
  const requested = query.get('fieldValidation') || 'Warn';
  const fieldValidation = validations.find((one) => one === requested);
  const causes: Cause[] = [];
  if (dryRun.some((one) => one !== 'All')) causes.push(unsupported('dryRun', dryRun, ['All']));
  if (fieldValidation === undefined) {
    causes.push(unsupported('fieldValidation', requested, ['', ...validations]));
  }
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', causes);
  const warnings: string[] = [];
  const options: WriteOptions = {
    manager: query.get('fieldManager') || managerFrom(userAgent),
    dryRun: dryRun.length > 0,
    duplicates,
    fieldValidation: fieldValidation ?? 'Warn',
    warn: (message) => warnings.push(message),
  };
  return { options, warnings };
}

/** Returns the field manager of a client that sends none: its User-Agent up to the first slash. */
function managerFrom(userAgent: string): string {
  return userAgent.split('/')[0]?.trim() || 'unknown';
}
