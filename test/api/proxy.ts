import {
  createServer,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { writeKubeconfig } from '#test/bed/kubeconfig.ts';
import { readAccess } from './access.ts';

/** Handles a request, or returns false to forward it to the API server. */
export type Intercept = (incoming: IncomingMessage, response: ServerResponse) => boolean;

/** A proxy for an API server: plain HTTP on loopback, with access to every request. */
export class ApiProxy {
  /** Path of a kubeconfig with one context, which has the name of the member. */
  readonly kubeconfig: string;
  /** Forwards every request by default. */
  intercept: Intercept = () => false;
  /** The proxy forwards requests after this promise resolves. */
  hold: Promise<unknown> = Promise.resolve();
  readonly #close: () => void;

  private constructor(kubeconfig: string, close: () => void) {
    this.kubeconfig = kubeconfig;
    this.#close = close;
  }

  /** @param suffix - distinguishes the kubeconfig from those of other proxies */
  static async open(kubeconfig: string, member: string, suffix = 'proxied'): Promise<ApiProxy> {
    const { server, ca, token } = readAccess(kubeconfig, member);
    const upstream = upstreamOf(server, ca);
    const listener = createServer(async (incoming, response) => {
      if (proxy.intercept(incoming, response)) return;
      await proxy.hold;
      upstream.forward(incoming, response);
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    const file = `${kubeconfig}.${member}.${suffix}`;
    writeKubeconfig(file, [{ name: member, server: address, ca: ca ?? '', token: token ?? '' }]);
    const proxy = new ApiProxy(file, () => {
      listener.closeAllConnections();
      listener.close();
      upstream.close();
    });
    return proxy;
  }

  close(): void {
    this.#close();
  }
}

function upstreamOf(server: string, ca: string | undefined) {
  const isTls = server.startsWith('https:');
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, ca, maxSockets: 256 })
    : new HttpAgent({ keepAlive: true, maxSockets: 256 });
  const send = isTls ? httpsRequest : httpRequest;
  const forward = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { method, headers, url } = incoming;
    const outgoing = send(`${server}${url}`, { method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      // A server that stops ends its open responses.
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  };
  return { forward, close: () => agent.destroy() };
}
