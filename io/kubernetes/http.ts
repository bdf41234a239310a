import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { HttpMethod, type KubeConfig, RequestContext } from '@kubernetes/client-node';
import { type Dispatcher, request as send } from 'undici';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { SendCheck } from '#syncer/ports/cluster.ts';
import { redactor } from '../redactor.ts';

const unzip = promisify(gunzip);

/** One call to an API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, from the server's root. */
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
}

/** An API server's response of any status. */
export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  /** Delay that the server requests before a retry, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Maximum time for a response, in milliseconds. A server that takes longer counts as unreachable. */
const answerMs = 20_000;

/**
 * Maximum time for the response to a write of an object, in milliseconds: an API server allows itself 60 s, and
 * each admission webhook up to 30 s of them.
 */
const writeMs = 65_000;

/** Time after which Regatta reads credentials again, because tokens expire, in milliseconds. */
const credentialsMs = 1000;

interface Credentials {
  /** Time of reading, in milliseconds since the epoch. */
  readonly at: number;
  readonly config: KubeConfig;
  readonly headers: Readonly<Record<string, string>>;
}

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

/**
 * Sends requests to one API server with the credentials of a kubeconfig context. The generated classes
 * of the Kubernetes client cannot request metadata-only lists, open a connection per call, and use
 * `fetch`, which is several times slower. This class keeps connections open, and the caller sets the
 * media type.
 */
export class KubernetesHttp {
  readonly #access: Access;
  #config: KubeConfig | undefined;
  #renewedAt = 0;
  #dispatcher: Dispatcher | undefined;
  #credentials: Promise<Credentials> | undefined;
  /** The server's clock at its last response, and this process's monotonic clock then, in milliseconds. */
  #answered: { readonly server: number; readonly uptime: number } | undefined;

  constructor(access: Access) {
    this.#access = access;
  }

  /**
   * Sends a request, and returns the response of any status.
   *
   * @throws ClusterError `unreachable` when the server does not respond in time, or when the
   *   kubeconfig or its credentials cannot be read
   */
  async call(request: ApiRequest, signal: AbortSignal, check?: SendCheck): Promise<ApiResponse> {
    return this.#guard(signal, limitOf(request), async () => {
      const { statusCode, headers, body } = await this.#send(request, signal, 'gzip', check);
      this.#noteTime(headers.date);
      const bytes = await body.bytes();
      const isZipped = headers['content-encoding'] === 'gzip';
      const text = new TextDecoder().decode(isZipped ? await unzip(bytes) : bytes);
      const seconds = Number(headers['retry-after']);
      return {
        status: statusCode,
        body: parseBody(text),
        ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
      };
    });
  }

  /** Returns the server's time in milliseconds since the epoch; undefined before it has responded with a time. */
  serverTime(): number | undefined {
    const answered = this.#answered;
    return answered && answered.server + performance.now() - answered.uptime;
  }

  #noteTime(date: string | string[] | undefined): void {
    const server = Date.parse(String(date));
    if (!Number.isNaN(server)) this.#answered = { server, uptime: performance.now() };
  }

  /**
   * Sends a request, and returns the body as a stream, or null when the status is not 200.
   *
   * @throws ClusterError as `call`
   */
  async stream(
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly chunks: AsyncIterable<Uint8Array> | null }> {
    return this.#guard(signal, answerMs, async () => {
      const { statusCode, body } = await this.#send(request, signal, 'identity');
      if (statusCode === 200) return { status: 200, chunks: body };
      await body.dump();
      return { status: statusCode, chunks: null };
    });
  }

  /** Repeats a request once with new credentials when the server rejects the old ones. */
  async #send(
    request: ApiRequest,
    signal: AbortSignal,
    encoding: Encoding,
    check?: SendCheck,
  ): Promise<Dispatcher.ResponseData> {
    const used = await this.#authenticate();
    check?.();
    const response = await this.#sendAs(used, request, signal, encoding);
    if (response.statusCode !== 401 || !this.#renew(used)) return response;
    await response.body.dump();
    const renewed = await this.#authenticate();
    check?.();
    return this.#sendAs(renewed, request, signal, encoding);
  }

  #sendAs(
    { config, headers }: Credentials,
    { method, path, accept = 'application/json', contentType, body }: ApiRequest,
    signal: AbortSignal,
    encoding: Encoding,
  ): Promise<Dispatcher.ResponseData> {
    return send(`${serverOf(config)}${path}`, {
      method,
      signal,
      headersTimeout: limitOf({ method }),
      // A watch may be silent for longer; `readEvents` has a timeout for that.
      bodyTimeout: encoding === 'gzip' ? answerMs : 0,
      headers: {
        ...headers,
        accept,
        'accept-encoding': encoding,
        'user-agent': 'regatta',
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(this.#dispatcher !== undefined && { dispatcher: this.#dispatcher }),
    });
  }

  /** Discards credentials that the server rejected. Returns false when they were renewed too recently to try again. */
  #renew({ config }: Credentials): boolean {
    if (config !== this.#config) return true;
    // Permanently rejected credentials must not start a credential plugin with each request.
    if (Math.abs(Date.now() - this.#renewedAt) < credentialsMs) return false;
    this.#renewedAt = Date.now();
    this.#access.forget();
    this.#reset();
    return true;
  }

  async #authenticate(): Promise<Credentials> {
    const known = await this.#credentials?.catch(() => undefined);
    // Uses the absolute value, because an administrator may set the clock back.
    const isFresh = known !== undefined && Math.abs(Date.now() - known.at) < credentialsMs;
    if (isFresh) return known;
    this.#credentials = this.#askCredentials();
    return this.#credentials;
  }

  async #askCredentials(): Promise<Credentials> {
    const config = this.#access.read();
    if (config !== this.#config) this.#dispatcher = undefined;
    this.#config = config;
    const server = serverOf(config);
    if (!URL.canParse(server)) throw new Error('the kubeconfig context has no server');
    const context = new RequestContext(server, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    // The context creates a dispatcher each time; keeping the first one keeps its connections.
    this.#dispatcher ??= context.getDispatcher();
    // Token files may end with a line break.
    const headers = Object.entries(context.getHeaders()).map(([name, value]) => [
      name,
      value.trim(),
    ]);
    const { authorization = '' } = Object.fromEntries(
      headers.map(([name = '', value = '']) => [name.toLowerCase(), value]),
    );
    redactor.remember(authorization.replace(/^\w+ /, ''));
    return { at: Date.now(), config, headers: Object.fromEntries(headers) };
  }

  #reset(): void {
    this.#config = undefined;
    this.#dispatcher = undefined;
    this.#credentials = undefined;
  }

  async #guard<T>(signal: AbortSignal, ms: number, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ClusterError) throw error;
      const server = this.#config && serverOf(this.#config);
      // Credentials and certificates may have been replaced, so the next call reads them again.
      this.#reset();
      const reason = `${server || 'cluster'}: ${reasonOf(error, ms)}`;
      throw new ClusterError('unreachable', reason, { cause: error });
    }
  }
}

/** Writes of objects are patches and deletions; other writes are those of Leases and Events. */
function limitOf({ method }: Pick<ApiRequest, 'method'>): number {
  return method === 'PATCH' || method === 'DELETE' ? writeMs : answerMs;
}

type Encoding = 'gzip' | 'identity';

/** Returns the server's URL without a trailing slash; '' when the context has no server. */
function serverOf(config: KubeConfig): string {
  return (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}

/** @param ms - limit of the request */
function reasonOf(error: unknown, ms: number): string {
  if (!(error instanceof Error)) return String(error);
  if (/^(Headers|Body)TimeoutError$/.test(error.name)) return `no response within ${ms / 1000} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  const [first] = cause instanceof AggregateError ? cause.errors : [cause];
  return first instanceof Error ? first.message : cause.message;
}
