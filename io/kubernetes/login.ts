import { ClusterError } from '#syncer/cluster-error.ts';
import type { Authenticated, Endpoint } from '../kubeconfig/endpoint.ts';
import { redactor } from '../redactor.ts';
import { type Access, reasonOf } from './access.ts';
import { bounds } from './bounds.ts';
import { withinLimit } from './within-limit.ts';

/** Time after which Regatta reads credentials again, because tokens expire, in milliseconds. */
const credentialsMs = 1000;

/** What a request needs of a login. */
export interface Credentials extends Authenticated {
  /** Time of reading, in milliseconds since the epoch. */
  readonly at: number;
  readonly endpoint: Endpoint;
}

/** The endpoint of one API server and its credentials, which all requests share and which expire. */
export class Login {
  readonly #access: Access;
  #endpoint: Endpoint | undefined;
  #renewedAt = 0;
  #credentials: Promise<Credentials> | undefined;

  constructor(access: Access) {
    this.#access = access;
  }

  /** Address of the API server; undefined before a request has read it. */
  get server(): string | undefined {
    return this.#endpoint?.server;
  }

  /** Discards credentials that the server rejected. Returns false when they were renewed too recently to try again. */
  renew({ endpoint }: Credentials): boolean {
    if (endpoint !== this.#endpoint) return true;
    // Permanently rejected credentials must not start a credential plugin with each request.
    if (Math.abs(Date.now() - this.#renewedAt) < credentialsMs) return false;
    this.#renewedAt = Date.now();
    this.#access.forget();
    this.reset();
    return true;
  }

  /** Waits for credentials until the signal aborts: a credential plugin serves other requests too. */
  async authenticate(signal: AbortSignal): Promise<Credentials> {
    signal.throwIfAborted();
    return withinLimit(this.#current(), signal);
  }

  async #current(): Promise<Credentials> {
    const known = await this.#credentials?.catch(() => undefined);
    // Uses the absolute value, because an administrator may set the clock back.
    const isFresh = known !== undefined && Math.abs(Date.now() - known.at) < credentialsMs;
    if (isFresh) return known;
    this.#credentials = this.#askCredentials();
    return this.#credentials;
  }

  async #askCredentials(): Promise<Credentials> {
    try {
      const endpoint = this.#access.read();
      this.#endpoint = endpoint;
      const { headers, dispatcher } = await endpoint.authenticate();
      const { Authorization: authorization = '' } = headers;
      redactor.remember(String(authorization).replace(/^\w+ /, ''));
      return { at: Date.now(), endpoint, headers, dispatcher };
    } catch (error) {
      this.reset();
      throw new ClusterError('unreachable', reasonOf(error, bounds.readMs), { cause: error });
    }
  }

  /** Forgets the credentials and the endpoint, so that the next request reads them again. */
  reset(): void {
    this.#endpoint?.reconnect();
    this.#endpoint = undefined;
    this.#credentials = undefined;
  }
}
