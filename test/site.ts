import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A request to a site. */
export interface Asked {
  /** Path and query; the whole URL for a proxy. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A server on a free port of 127.0.0.1 that records its requests. */
export class Site {
  readonly asked: Asked[] = [];
  readonly #server: ReturnType<typeof createServer>;
  readonly #scheme: 'http' | 'https';

  private constructor(tls: { key: string; cert: string } | undefined, answer: AnswerTo) {
    this.#scheme = tls === undefined ? 'http' : 'https';
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      void this.#answer(request, response, answer);
    this.#server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  }

  static async start(answer: AnswerTo, tls?: { key: string; cert: string }): Promise<Site> {
    const site = new Site(tls, answer);
    site.#server.listen(0, '127.0.0.1');
    await once(site.#server, 'listening');
    return site;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.#scheme}://${this.host}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse, answer: AnswerTo) {
    const { url = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const asked = { url, authorization: headers.authorization, body };
    this.asked.push(asked);
    const { status = 200, headers: more = {}, body: content = '' } = answer(asked);
    response.writeHead(status, more).end(content);
  }
}

export type AnswerTo = (asked: Asked) => Answer;
