/**
 * The HTTP server for probes, metrics and webhooks. This file is ours because a handful of fixed
 * paths needs no routing library.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';

/** Handles the requests to one path. The server rejects requests with other methods. */
export interface Route {
  readonly methods: readonly string[];
  readonly answer: (incoming: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

/** The address to listen on. Port 0 selects any free port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A running HTTP server. */
export interface Listener {
  /** URL of the server, as `http://host:port` with the actual address and port. */
  readonly url: string;
  close(): Promise<void>;
}

/** Limits against slow and large requests. Times are in milliseconds, sizes in bytes. */
const limits = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  maxHeaderSize: 16_384,
  // Node checks both timeouts this often; its default is 30 s.
  connectionsCheckingInterval: 1000,
};

/**
 * Serves routes by plain HTTP; a proxy or ingress in front can terminate TLS.
 *
 * @param routes - by path
 * @throws Error when the server cannot listen on the address
 */
export async function listen(
  { host, port }: ListenAddress,
  routes: Readonly<Record<string, Route>>,
): Promise<Listener> {
  const server = createServer(limits, (incoming, response) => {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return answer(response, 404, 'not found');
    if (!route.methods.includes(incoming.method ?? '')) {
      response.setHeader('allow', route.methods.join(', '));
      return answer(response, 405, 'method not allowed');
    }
    Promise.resolve(route.answer(incoming, response)).catch(() =>
      answer(response, 500, 'internal error'),
    );
  });
  server.maxConnections = 256;
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  const name = isIPv6(bound.address) ? `[${bound.address}]` : bound.address;
  return {
    url: `http://${name}:${bound.port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers with one line of text. */
export function answer(response: ServerResponse, status: number, line: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${line}\n`);
}
