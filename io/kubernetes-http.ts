import {
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  type KubeConfig,
  RequestContext,
  type ResponseContext,
} from '@kubernetes/client-node';
import { ClusterError } from '#syncer/ports.ts';

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

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/**
 * HTTP to one API server with a kubeconfig context's credentials. The client's generated classes
 * know no managedFields-sparing lists and open a connection a call; this keeps connections and
 * lets the caller say the media type.
 */
export class KubernetesHttp {
  readonly #config: KubeConfig;
  readonly #server: string;
  readonly #library = new IsomorphicFetchHttpLibrary();
  #dispatcher: Dispatcher | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
    this.#server = (config.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
  }

  /** @throws ClusterError `unreachable` when there is no answer in time, or no credentials */
  async call(request: ApiRequest, signal: AbortSignal): Promise<ApiResponse> {
    const timed = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
    return this.#guard(signal, async () => {
      const response = await this.#send(request, timed);
      const text = await response.body.text();
      const seconds = Number(response.headers['retry-after']);
      return {
        status: response.httpStatusCode,
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
      const response = await this.#send(request, signal);
      if (response.httpStatusCode !== 200) {
        await response.body.text();
        return { status: response.httpStatusCode, chunks: null };
      }
      return { status: 200, chunks: response.body.stream() };
    });
  }

  async #send(request: ApiRequest, signal: AbortSignal): Promise<ResponseContext> {
    const { method, path, accept = 'application/json', contentType, body } = request;
    if (!URL.canParse(this.#server)) throw new Error('the kubeconfig names no server for it');
    const context = new RequestContext(`${this.#server}${path}`, HttpMethod[method]);
    await this.#config.applySecurityAuthentication(context);
    // It makes a dispatcher a call; connections are kept by keeping the first.
    this.#dispatcher ??= context.getDispatcher();
    if (this.#dispatcher !== undefined) context.setDispatcher(this.#dispatcher);
    context.setHeaderParam('Accept', accept);
    context.setHeaderParam('User-Agent', 'regatta');
    if (contentType !== undefined) context.setHeaderParam('Content-Type', contentType);
    if (body !== undefined) context.setBody(JSON.stringify(body));
    context.setSignal(signal);
    return this.#library.send(context).toPromise();
  }

  async #guard<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      // Credentials and certificates may have been replaced meanwhile: start anew.
      this.#dispatcher = undefined;
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
  if (error.name === 'TimeoutError') return `no answer within ${answerMs / 1000} s`;
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) {
    return cause.errors[0].message;
  }
  return cause instanceof Error ? cause.message : error.message;
}
