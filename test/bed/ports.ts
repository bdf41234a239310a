import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Number of consecutive ports that a process claims at once: it listens on the first of them as long as it runs. */
const blockSize = 16;

/** Below the range of local ports of outgoing connections, so that no such connection takes a port before a server does. */
const lowest = 10_000;
const blocks = 1_370;

/**
 * Returns ports that are free on 127.0.0.1, and that this function returns to no other process while this one runs.
 * So a server that stops can start again on its port, whatever other test files start meanwhile.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const first = lowest + blockSize * Math.floor(Math.random() * blocks);
    const claim = await holdPort(first);
    if (claim === undefined) continue;
    claim.unref();
    const others = Array.from({ length: blockSize - 1 }, (_, index) => first + 1 + index);
    ports.push(...(await freeOf(others.slice(0, count - ports.length))));
  }
  return ports;
}

async function freeOf(ports: readonly number[]): Promise<readonly number[]> {
  const held = await Promise.all(ports.map(holdPort));
  await Promise.all(held.map((server) => server && once(server.close(), 'close')));
  return ports.filter((_, index) => held[index] !== undefined);
}

async function holdPort(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return server;
  } catch {
    return undefined;
  }
}
