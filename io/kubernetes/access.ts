import { ClusterError } from '#syncer/cluster-error.ts';
import type { Endpoint } from '../kubeconfig/endpoint.ts';

/** Address and credentials of an API server, which may change while Regatta runs. */
export interface Access {
  /**
   * Returns the endpoint: the same object until the configuration changes or `forget` is called.
   *
   * @throws Error when the configuration cannot be read
   */
  read(): Endpoint;
  /** Discards the credentials that files and credential plugins returned. */
  forget(): void;
}

/** @param holder - names the owner of the credentials */
export function refusalOf(holder: string): ClusterError {
  const message = `the API server refused the credentials of ${holder} (401)`;
  return new ClusterError('rejected', message);
}

/**
 * Returns why a request failed.
 *
 * @param ms - limit of the request, in milliseconds
 */
export function reasonOf(error: unknown, ms: number): string {
  if (!(error instanceof Error)) return String(error);
  if (/^(Headers|Body)TimeoutError$/.test(error.name)) return `no response within ${ms / 1000} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  const [first] = cause instanceof AggregateError ? cause.errors : [cause];
  return first instanceof Error ? first.message : cause.message;
}
