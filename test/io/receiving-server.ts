import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The requests so far. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server on loopback that records requests. */
export class ReceivingServer {
  readonly received: Received[] = [];
  /** Statuses of the next answers; 201 when the list is empty. */
  readonly answers: (number | { readonly status: number; readonly headers: object })[] = [];
  /** Whether the server never answers. */
  silent = false;
  readonly #server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      this.received.push({ path: incoming.url ?? '', headers: incoming.headers, body });
      if (this.silent) return;
      const next = this.answers.shift() ?? 201;
      const { status, headers } = typeof next === 'number' ? { status: next, headers: {} } : next;
      response.writeHead(status, { ...headers }).end('{}');
    });
  });

  static async open(): Promise<ReceivingServer> {
    const receiving = new ReceivingServer();
    await new Promise<void>((resolve) => receiving.#server.listen(0, '127.0.0.1', resolve));
    return receiving;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
