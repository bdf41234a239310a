import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { parseJson } from '#model/json.ts';
import { type Access, readAccess } from './access.ts';

/** One HTTP request to an API server. */
export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  /** A string, or a value that the client encodes as JSON. */
  readonly body?: unknown;
  /** Media type of the body. */
  readonly type?: string;
  readonly accept?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The decoded JSON body, or the text when the body is not JSON. */
  readonly body: unknown;
}

/** Timeout of a request, in milliseconds. */
const answerMs = 30_000;

/**
 * An HTTP client for one API server. It sends a request unchanged and returns a response of every
 * status, so that tests see the HTTP traffic instead of the view of a client library.
 */
export class ApiClient {
  readonly #access: Access;
  readonly #agent: HttpAgent;

  constructor(access: Access) {
    this.#access = access;
    this.#agent = access.server.startsWith('https:')
      ? new HttpsAgent({ keepAlive: true, ca: access.ca })
      : new HttpAgent({ keepAlive: true });
  }

  static of(kubeconfig: string, member: string): ApiClient {
    return new ApiClient(readAccess(kubeconfig, member));
  }

  async call(call: Call): Promise<Answer> {
    const response = await this.open(call, AbortSignal.timeout(answerMs));
    const body = parsed(await text(response));
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  }

  /** Returns the response without reading its body. Aborting the signal closes the connection. */
  open(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const { method = 'GET', path, body, type = 'application/json', accept } = call;
    const { server, token } = this.#access;
    const request = server.startsWith('https:') ? httpsRequest : httpRequest;
    const bytes = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      accept: accept ?? 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      // Node sends the body of a DELETE without a length by default, and servers ignore such a body.
      ...(bytes !== undefined && {
        'content-type': type,
        'content-length': Buffer.byteLength(bytes),
      }),
    };
    return new Promise((resolve, reject) => {
      const options = { method, headers, agent: this.#agent, signal };
      const sent = request(`${server}${path}`, options, resolve).on('error', (error) => {
        // A server may close an idle connection in the moment in which the client uses it again.
        const isStale = sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
        if (isStale) this.open(call, signal).then(resolve, reject);
        else reject(error);
      });
      sent.end(bytes);
    });
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }
}

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return body;
  }
}
