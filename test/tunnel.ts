import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** An HTTPS proxy on a free port of 127.0.0.1 that forwards every connection to one port. */
export class Tunnel {
  /** The requested addresses, as `HOST:PORT`. */
  readonly asked: (string | undefined)[] = [];
  readonly #server: ReturnType<typeof createServer> = createServer();

  static async start(port: number): Promise<Tunnel> {
    const tunnel = new Tunnel();
    tunnel.#server.on('connect', ({ url }, socket, head) => {
      tunnel.asked.push(url);
      const target = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.write(head);
        target.pipe(socket).pipe(target);
      });
      for (const end of [target, socket]) end.on('error', () => target.destroy());
    });
    tunnel.#server.listen(0, '127.0.0.1');
    await once(tunnel.#server, 'listening');
    return tunnel;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
