import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** An HTTP proxy that tunnels, and records the destinations. */
export class Tunnel {
  readonly asked: (string | undefined)[] = [];
  readonly #server: Server = createServer();
  readonly #ends = new Set<Duplex>();

  async start(): Promise<string> {
    this.#server.on('connect', ({ url }, client, first) => {
      this.asked.push(url);
      const [host = '', port] = (url ?? '').split(':');
      const target = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        target.write(first);
        target.pipe(client).pipe(target);
      });
      for (const end of [client, target]) this.#ends.add(end.on('error', () => target.destroy()));
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    for (const end of this.#ends) end.destroy();
    this.#server.close();
  }
}
