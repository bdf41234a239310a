import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerWith } from './repeating.ts';

/** A server that accepts nothing, and repeats all that it refuses: a forge, a receiver, a collector, an API server. */
export class EchoServer {
  /** Paths and bodies of the requests so far. */
  readonly received: { readonly path: string; readonly body: string }[] = [];
  readonly #server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { url: path = '', headers } = incoming;
      const body = Buffer.concat(chunks).toString();
      this.received.push({ path, body });
      answerWith(response, 403, JSON.stringify({ path, headers, body }));
    });
  });

  static async open(): Promise<EchoServer> {
    const echo = new EchoServer();
    await new Promise<void>((resolve) => echo.#server.listen(0, '127.0.0.1', resolve));
    return echo;
  }

  /** Host and port. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
