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

/** Answers a request itself, or lets it pass by returning false. */
export type Intercept = (incoming: IncomingMessage, response: ServerResponse) => boolean;

/** Stands before an API server on loopback, by plain HTTP, and sees what is asked of it. */
export class ApiProxy {
  /** One context, named as the member. */
  readonly kubeconfig: string;
  /** Lets everything pass unless set. */
  intercept: Intercept = () => false;
  /** Nothing that comes passes before this. */
  hold: Promise<unknown> = Promise.resolve();
  readonly #close: () => void;

  private constructor(kubeconfig: string, close: () => void) {
    this.kubeconfig = kubeconfig;
    this.#close = close;
  }

  /** @param suffix - tells the kubeconfig from that of other proxies */
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
      // A server that dies ends the answers that it was giving.
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  };
  return { forward, close: () => agent.destroy() };
}
