import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { type Access, readAccess } from './access.ts';

/** One call to an API server, said as it goes over the wire. */
export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, from the server's root. */
  readonly path: string;
  /** JSON, unless it is text already. */
  readonly body?: unknown;
  /** Media type of the body. */
  readonly type?: string;
  readonly accept?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The JSON of the answer, or its text when it is none. */
  readonly body: unknown;
}

/** No answer takes longer, milliseconds. */
const answerMs = 30_000;

/**
 * A bare HTTP client for one API server: what a test says is what is sent, and every status is an
 * answer, so that tests see the wire and not a client library's view of it.
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

  /** The answer with its body unread. Aborting the signal ends the connection. */
  open(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const { method = 'GET', path, body, type = 'application/json', accept } = call;
    const { server, token } = this.#access;
    const request = server.startsWith('https:') ? httpsRequest : httpRequest;
    const bytes = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      accept: accept ?? 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      // Node sends a DELETE's body with no length of its own accord, which servers don't read.
      ...(bytes !== undefined && {
        'content-type': type,
        'content-length': Buffer.byteLength(bytes),
      }),
    };
    return new Promise((resolve, reject) => {
      const options = { method, headers, agent: this.#agent, signal };
      const sent = request(`${server}${path}`, options, resolve).on('error', reject);
      sent.end(bytes);
    });
  }

  /** Lets go of the connections kept. */
  close(): void {
    this.#agent.destroy();
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
