import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { HttpMethod, type KubeConfig, RequestContext } from '@kubernetes/client-node';
import { type Dispatcher, request as send } from 'undici';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { SendCheck } from '#syncer/ports/cluster.ts';

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

/** An API server's answer, of any status. */
export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  /** What the server says of when to ask again, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Any answer takes less, or the server is as good as down; milliseconds. */
const answerMs = 20_000;

/** Credentials are asked for anew after this, because tokens run out; milliseconds. */
const credentialsMs = 1000;

interface Credentials {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly config: KubeConfig;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where an API server is and how it is asked, which may change while we run. */
export interface Access {
  /** The same one until it is another, or `forget` was called. @throws Error when it can't be read */
  read(): KubeConfig;
  /** Whatever was read before of files and programs is not good any more. */
  forget(): void;
}

/**
 * HTTP to one API server with a kubeconfig context's credentials. The client's generated classes
 * know no managedFields-sparing lists, open a connection a call, and go through `fetch`, which takes
 * several times as long; this keeps connections and lets the caller say the media type.
 */
export class KubernetesHttp {
  readonly #access: Access;
  #config: KubeConfig | undefined;
  #renewedAt = 0;
  #dispatcher: Dispatcher | undefined;
  #credentials: Promise<Credentials> | undefined;

  constructor(access: Access) {
    this.#access = access;
  }

  /** @throws ClusterError `unreachable` when there is no answer in time, or no credentials */
  async call(request: ApiRequest, signal: AbortSignal, check?: SendCheck): Promise<ApiResponse> {
    return this.#guard(signal, async () => {
      const { statusCode, headers, body } = await this.#send(request, signal, 'gzip', check);
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

  /** The answer's body as it comes; undefined, with the status, when it is no 200. */
  async stream(
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly chunks: AsyncIterable<Uint8Array> | null }> {
    return this.#guard(signal, async () => {
      const { statusCode, body } = await this.#send(request, signal, 'identity');
      if (statusCode === 200) return { status: 200, chunks: body };
      await body.dump();
      return { status: statusCode, chunks: null };
    });
  }

  /** What is refused because of old credentials is tried once more, with new ones. */
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
      headersTimeout: answerMs,
      // A watch may be silent for longer: who reads it says for how long.
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

  /** Whether there may be other credentials than those that were refused. */
  #renew({ config }: Credentials): boolean {
    if (config !== this.#config) return true;
    // Whoever is refused for good asks no program for credentials with each request.
    if (Math.abs(Date.now() - this.#renewedAt) < credentialsMs) return false;
    this.#renewedAt = Date.now();
    this.#access.forget();
    this.#startAnew();
    return true;
  }

  async #authenticate(): Promise<Credentials> {
    const known = await this.#credentials?.catch(() => undefined);
    // A clock may be set back.
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
    if (!URL.canParse(server)) throw new Error('the kubeconfig names no server for it');
    const context = new RequestContext(server, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    // It makes a dispatcher each time; connections are kept by keeping the first.
    this.#dispatcher ??= context.getDispatcher();
    // Files of tokens may end with a line break.
    const headers = Object.entries(context.getHeaders()).map(([name, value]) => [
      name,
      value.trim(),
    ]);
    return { at: Date.now(), config, headers: Object.fromEntries(headers) };
  }

  #startAnew(): void {
    this.#config = undefined;
    this.#dispatcher = undefined;
    this.#credentials = undefined;
  }

  async #guard<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ClusterError) throw error;
      const server = this.#config && serverOf(this.#config);
      // Credentials and certificates may have been replaced meanwhile.
      this.#startAnew();
      const reason = `${server || 'cluster'}: ${reasonOf(error)}`;
      throw new ClusterError('unreachable', reason, { cause: error });
    }
  }
}

type Encoding = 'gzip' | 'identity';

/** Without a slash at its end; '' when none is named. */
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

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (/^(Headers|Body)TimeoutError$/.test(error.name))
    return `no answer within ${answerMs / 1000} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  const [first] = cause instanceof AggregateError ? cause.errors : [cause];
  return first instanceof Error ? first.message : cause.message;
}
