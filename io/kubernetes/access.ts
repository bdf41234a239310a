import type { KubeConfig } from '@kubernetes/client-node';

/** Address and credentials of an API server, which may change while Regatta runs. */
export interface Access {
  /**
   * Returns the configuration: the same object until the configuration changes or `forget` is called.
   *
   * @throws Error when the configuration cannot be read
   */
  read(): KubeConfig;
  /** Discards the credentials that files and credential plugins returned. */
  forget(): void;
}

/** Returns the server's URL without a trailing slash; '' when the context has no server. */
export function serverOf(config: KubeConfig): string {
  return (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
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
