/** The options that every write takes in its query. */
import type { WriteOptions } from '../api/state.ts';
import { type Cause, invalid, unsupported } from '../status.ts';
import type { Call } from './call.ts';

export interface ReadOptions {
  readonly options: WriteOptions;
  /** Filled while the request is handled. */
  readonly warnings: readonly string[];
}

const validations = ['Ignore', 'Strict', 'Warn'] as const;

/** @throws ApiError 422 when an option has a value that it cannot have */
export function readWriteOptions(
  { query, userAgent, duplicates }: Call,
  kind: string,
): ReadOptions {
  const dryRun = query.getAll('dryRun').filter((one) => one !== '');
  const wanted = query.get('fieldValidation') || 'Warn';
  const fieldValidation = validations.find((one) => one === wanted);
  const causes: Cause[] = [];
  if (dryRun.some((one) => one !== 'All')) causes.push(unsupported('dryRun', dryRun, ['All']));
  if (fieldValidation === undefined) {
    causes.push(unsupported('fieldValidation', wanted, ['', ...validations]));
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

/** A client that names no manager is called by the first part of its User-Agent. */
function managerFrom(userAgent: string): string {
  return userAgent.split('/')[0]?.trim() || 'unknown';
}
