import type { ClusterError } from '../cluster-error.ts';

/**
 * Reports whether the caller lacks a permission that the syncer, which is another user, may have. Quotas
 * and admission policies use the same status code, but reject all users. Only the text distinguishes them.
 */
export function isDenied({ reason, message }: ClusterError): boolean {
  return reason === 'forbidden' && /\bcannot \w+ (resource|path) "/.test(message);
}
