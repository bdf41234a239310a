import type { ClusterError } from '../cluster-error.ts';

/**
 * Whether it is whoever asks that may not do something: the syncer, a user of its own, may. What quotas and
 * policies forbid has the same code, and is forbidden to all: authorizers are known by their words.
 */
export function isDenied({ reason, message }: ClusterError): boolean {
  return reason === 'forbidden' && /\bcannot \w+ (resource|path) "/.test(message);
}
