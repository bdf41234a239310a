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
