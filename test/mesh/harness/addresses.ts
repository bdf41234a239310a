import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Second byte of the addresses of the first member's pods, 10.196.0.0/16. */
const firstPods = 196;

/** Number of second bytes that a mesh uses in 127/8: half for its pods, half for their Envoys. */
const blockSize = 16;

/** Port of the server that holds a block. */
const heldPort = 10_000;

/** Block is the part of 127/8 that belongs to one mesh, so that several meshes can run on one machine. */
export class Block {
  readonly number: number;
  readonly #holder: Server;

  private constructor(number: number, holder: Server) {
    this.number = number;
    this.#holder = holder;
  }

  /** @throws Error when other meshes hold all blocks */
  static async take(): Promise<Block> {
    for (let number = 1; number < 256 / blockSize; number++) {
      const holder = createServer().unref();
      const address = `127.${number * blockSize + blockSize - 1}.0.1`;
      try {
        await once(holder.listen(heldPort, address), 'listening');
        return new Block(number, holder);
      } catch {
        // Another mesh holds this block.
      }
    }
    throw new Error('other meshes use all of 127/8');
  }

  /** Returns the loopback address of a pod's server. The relay computes it in the same way. */
  serverAddress(ip: string): string {
    return this.#moved(ip, 0);
  }

  /** Returns the loopback address of a pod's Envoy, where the relay binds its listeners. */
  proxyAddress(ip: string): string {
    return this.#moved(ip, blockSize / 2);
  }

  release(): void {
    this.#holder.close();
  }

  #moved(ip: string, offset: number): string {
    const [, second, third, fourth] = ip.split('.');
    const member = Number(second) - firstPods;
    return `127.${this.number * blockSize + offset + member}.${third}.${fourth}`;
  }
}
