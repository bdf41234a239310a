import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readAccess } from '#test/api/access.ts';
import { writeKubeconfig } from '#test/bed/kubeconfig.ts';

export interface Counts {
  readonly requests: number;
  readonly writes: number;
}

/** Stands before an API server on loopback, and counts what is asked of it. Not for anything secret. */
export class CountingProxy {
  readonly kubeconfig: string;
  readonly #close: () => void;
  #counts: Counts = { requests: 0, writes: 0 };

  static async open(kubeconfig: string, member: string): Promise<CountingProxy> {
    const { server, ca, token } = readAccess(kubeconfig, member);
    const agent = new Agent({ keepAlive: true, ca, maxSockets: 256 });
    const forward = (incoming: IncomingMessage, response: ServerResponse) => {
      proxy.#count(incoming);
      const { method, headers } = incoming;
      const outgoing = request(`${server}${incoming.url}`, { method, headers, agent }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
      });
      outgoing.on('error', () => response.destroy());
      response.on('close', () => outgoing.destroy());
      incoming.pipe(outgoing);
    };
    const listener = createServer(forward);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const file = `${kubeconfig}.counted`;
    const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    writeKubeconfig(file, [{ name: member, server: address, ca: ca ?? '', token: token ?? '' }]);
    const proxy = new CountingProxy(file, () => {
      listener.closeAllConnections();
      listener.close();
      agent.destroy();
    });
    return proxy;
  }

  private constructor(kubeconfig: string, close: () => void) {
    this.kubeconfig = kubeconfig;
    this.#close = close;
  }

  /** What was asked since the last time this was called. */
  take(): Counts {
    const counts = this.#counts;
    this.#counts = { requests: 0, writes: 0 };
    return counts;
  }

  close(): void {
    this.#close();
  }

  #count({ method }: IncomingMessage): void {
    const { requests, writes } = this.#counts;
    this.#counts = { requests: requests + 1, writes: writes + (method === 'GET' ? 0 : 1) };
  }
}
