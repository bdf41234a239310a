import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Block } from './addresses.ts';
import type { ReadyPod } from './pods.ts';
import { fetchText } from './requests.ts';

/** What the server of a pod answers to a request. */
export interface PodAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one request to a pod. `call` sends requests of the pod to other Services. */
export type PodProgram = (
  pod: ReadyPod,
  request: IncomingMessage,
  call: Call,
) => Promise<PodAnswer>;

/**
 * Calls `http://SERVICE:PORT/PATH` from a pod, through its Envoy.
 *
 * @throws Error when the name of the Service does not resolve in the pod's cluster, or the answer is not 200
 */
export type Call = (
  service: string,
  path: string,
  headers: Readonly<Record<string, string>>,
) => Promise<unknown>;

/** PodServer is the HTTP server of one pod, on the pod's loopback address. */
export class PodServer {
  readonly pod: ReadyPod;
  readonly #servers: readonly Server[];
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(pod: ReadyPod, { program, resolves, block }: PodSurroundings) {
    this.pod = pod;
    const call: Call = (service, path, headers) =>
      callService({ pod, agent: this.#agent, resolves, block }, { service, path, headers });
    this.#servers = pod.ports.map(() =>
      createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
        const { status, body, headers } = await program(pod, request, call);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(JSON.stringify(body));
      }),
    );
  }

  /** Opens the server of a pod on each of its ports. */
  static async open(pod: ReadyPod, surroundings: PodSurroundings): Promise<PodServer> {
    const server = new PodServer(pod, surroundings);
    for (const [index, port] of pod.ports.entries()) {
      const one = server.#servers[index];
      if (one === undefined) continue;
      await once(one.listen(port, surroundings.block.serverAddress(pod.ip)), 'listening');
    }
    return server;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    await sleep(0);
  }
}

/** What the pods of a mesh share. */
export interface PodSurroundings {
  readonly program: PodProgram;
  /** Imitates the DNS of the clusters. */
  readonly resolves: Resolves;
  readonly block: Block;
}

/** Reports whether the DNS of a pod's cluster knows a Service of the pod's namespace. */
type Resolves = (pod: ReadyPod, service: string) => boolean;

interface Caller {
  readonly pod: ReadyPod;
  readonly agent: Agent;
  readonly resolves: Resolves;
  readonly block: Block;
}

/** Port of every Service that a pod calls. */
const servicePort = 9080;

async function callService(
  { pod, agent, resolves, block }: Caller,
  request: {
    readonly service: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
  },
): Promise<unknown> {
  const { service, path } = request;
  if (!resolves(pod, service)) throw new Error(`${service} does not resolve in ${pod.cluster}`);
  const { status, text } = await fetchText({
    host: block.proxyAddress(pod.ip),
    port: servicePort,
    path,
    headers: { ...request.headers, host: `${service}:${servicePort}` },
    agent,
  });
  if (status !== 200) throw new Error(`${service} answered ${status}`);
  return JSON.parse(text);
}
