import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';

/** Answers the requests to one path; those with another method than these never reach it. */
export interface Route {
  readonly methods: readonly string[];
  readonly answer: (incoming: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

/** Where to listen. Port 0 is any that is free. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface Listener {
  /** `http://host:port`, as it has come to be. */
  readonly url: string;
  close(): Promise<void>;
}

/** Requests are small, and whoever sends them is quick; milliseconds. */
const limits = { headersTimeout: 5000, requestTimeout: 10_000, maxHeaderSize: 16_384 };

/**
 * Serves routes by plain HTTP: TLS is the business of what stands in front.
 *
 * @param routes - by path
 * @throws Error when the address can't be listened at
 */
export async function listen(
  { host, port }: ListenAddress,
  routes: Readonly<Record<string, Route>>,
): Promise<Listener> {
  const server = createServer(limits, (incoming, response) => {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return answer(response, 404, 'no such path');
    if (!route.methods.includes(incoming.method ?? '')) {
      response.setHeader('allow', route.methods.join(', '));
      return answer(response, 405, 'no such method');
    }
    Promise.resolve(route.answer(incoming, response)).catch(() =>
      answer(response, 500, 'it failed'),
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
