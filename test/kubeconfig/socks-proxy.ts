import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A SOCKS 5 proxy without authentication on a free port of 127.0.0.1 that forwards every connection to one port. */
export class SocksProxy {
  /** The requested ports. */
  readonly asked: number[] = [];
  readonly #server: ReturnType<typeof createServer> = createServer();
  readonly #sockets = new Set<Socket>();

  static async start(port: number): Promise<SocksProxy> {
    const proxy = new SocksProxy();
    proxy.#server.on('connection', (socket) => proxy.#serve(socket, port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `socks5://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket, port: number): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (request) => {
        this.asked.push(Buffer.from(request).readUInt16BE(request.length - 2));
        const target = connect(port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
          target.pipe(socket).pipe(target);
        });
        target.on('error', () => socket.destroy());
      });
    });
  }
}
