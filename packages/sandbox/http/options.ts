/** Query parameters of write requests. */
import type { WriteOptions } from '../api/state.ts';
import { type Cause, invalid, unsupported } from '../status.ts';
import type { Call } from './call.ts';

export interface ReadOptions {
  readonly options: WriteOptions;
  /** Warnings for the response; writing appends to this list. */
  readonly warnings: readonly string[];
}

const validations = ['Ignore', 'Strict', 'Warn'] as const;

/**
 * Reads dryRun, fieldManager and fieldValidation.
 *
 * @throws ApiError 422 when a parameter has an unsupported value
 */
export function readWriteOptions(
  { query, userAgent, duplicates }: Call,
  kind: string,
): ReadOptions {
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

/** Returns the default manager name: the first part of the User-Agent. */
function managerFrom(userAgent: string): string {
  return userAgent.split('/')[0]?.trim() || 'unknown';
}
