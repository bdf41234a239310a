import { ClusterError } from '#syncer/cluster-error.ts';
import type { Authenticated, Endpoint } from '../kubeconfig/endpoint.ts';
import { redactor } from '../redactor.ts';
import { type Access, reasonOf } from './access.ts';
import { bounds } from './bounds.ts';
import { withinLimit } from './within-limit.ts';

/** Time after which Regatta reads credentials again, because tokens expire, in milliseconds. */
const credentialsMs = 1000;

/** The part of a login that a request needs. */
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
  #known: Credentials | undefined;
  /** The pending login that concurrent requests wait for. */
  #asked: Promise<Credentials> | undefined;

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
    // Most requests need neither a timer nor a listener for it.
    if (this.#known !== undefined && isFresh(this.#known)) return this.#known;
    this.#asked ??= this.#ask();
    return withinLimit(this.#asked, signal);
  }

  #ask(): Promise<Credentials> {
    const asked = this.#askCredentials();
    const isLast = () => this.#asked === asked;
    asked.then(
      (credentials) => {
        if (!isLast()) return;
        this.#known = credentials;
        this.#asked = undefined;
      },
      () => {
        if (isLast()) this.#asked = undefined;
      },
    );
    return asked;
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
    this.#known = undefined;
    this.#asked = undefined;
  }
}

/** Reports whether credentials need not be read again. An administrator may set the clock back. */
function isFresh({ at }: Credentials): boolean {
  return Math.abs(Date.now() - at) < credentialsMs;
}
