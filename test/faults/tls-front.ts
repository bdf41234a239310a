import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { makeCertificate } from '#test/certificate.ts';

/** Serves an API server under a certificate of its own, which can be rotated. */
export class TlsFront {
  readonly #folder = mkdtempSync(join(tmpdir(), 'regatta-tls-'));
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  /** PEM of the CA that signs the current certificate. */
  ca: string;

  private constructor(target: URL) {
    const { key, cert } = makeCertificate(this.#folder);
    this.ca = cert;
    this.#server = createServer({ key, cert }, (socket) => {
      const upstream = connect(Number(target.port), target.hostname);
      this.#sockets.add(socket).add(upstream);
      socket.on('error', () => upstream.destroy()).pipe(upstream);
      upstream.on('error', () => socket.destroy()).pipe(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      upstream.on('close', () => this.#sockets.delete(upstream));
    });
    // Clients that do not trust the certificate close the connection.
    this.#server.on('tlsClientError', () => {});
  }

  /** @param server - URL of the API server, with the scheme http */
  static async open(server: string): Promise<TlsFront> {
    const front = new TlsFront(new URL(server));
    await new Promise<void>((done) => front.#server.listen(0, '127.0.0.1', done));
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Replaces the key, the certificate and the CA, and closes all connections. */
  rotate(): void {
    const next = makeCertificate(this.#folder);
    this.#server.setSecureContext(next);
    this.ca = next.cert;
    this.#drop();
  }

  close(): void {
    this.#server.close();
    this.#drop();
    rmSync(this.#folder, { recursive: true });
  }

  #drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
