import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { HttpMethod, type KubeConfig, RequestContext } from '@kubernetes/client-node';
import { type Dispatcher, request as send } from 'undici';
import { ClusterError } from '#syncer/ports.ts';

const unzip = promisify(gunzip);

/** One call to an API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
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
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * HTTP to one API server with a kubeconfig context's credentials. The client's generated classes
 * know no managedFields-sparing lists, open a connection a call, and go through `fetch`, which takes
 * several times as long; this keeps connections and lets the caller say the media type.
 */
export class KubernetesHttp {
  readonly #config: KubeConfig;
  readonly #server: string;
  #dispatcher: Dispatcher | undefined;
  #credentials: Promise<Credentials> | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
    this.#server = (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
  }

  /** @throws ClusterError `unreachable` when there is no answer in time, or no credentials */
  async call(request: ApiRequest, signal: AbortSignal): Promise<ApiResponse> {
    return this.#guard(signal, async () => {
      const { statusCode, headers, body } = await this.#send(request, signal, 'gzip');
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

  async #send(
    { method, path, accept = 'application/json', contentType, body }: ApiRequest,
    signal: AbortSignal,
    encoding: 'gzip' | 'identity',
  ): Promise<Dispatcher.ResponseData> {
    if (!URL.canParse(this.#server)) throw new Error('the kubeconfig names no server for it');
    const { headers } = await this.#authenticate();
    return send(`${this.#server}${path}`, {
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

  async #authenticate(): Promise<Credentials> {
    const known = await this.#credentials?.catch(() => undefined);
    // A clock may be set back.
    const isFresh = known !== undefined && Math.abs(Date.now() - known.at) < credentialsMs;
    if (isFresh) return known;
    this.#credentials = this.#askCredentials();
    return this.#credentials;
  }

  async #askCredentials(): Promise<Credentials> {
    const context = new RequestContext(this.#server, HttpMethod.GET);
    await this.#config.applySecurityAuthentication(context);
    // It makes a dispatcher each time; connections are kept by keeping the first.
    this.#dispatcher ??= context.getDispatcher();
    return { at: Date.now(), headers: context.getHeaders() };
  }

  async #guard<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      // Credentials and certificates may have been replaced meanwhile: start anew.
      this.#dispatcher = undefined;
      this.#credentials = undefined;
      throw new ClusterError('unreachable', `${this.#server || 'cluster'}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }
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
