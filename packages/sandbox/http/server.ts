/** The endpoint of one member cluster: plain HTTP on loopback. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ClusterState } from '../api/state.ts';
import { ApiError } from '../status.ts';
import { readBody } from './body.ts';
import type { Call, DocumentAnswer } from './call.ts';
import { answerCall } from './router.ts';
import { streamWatch } from './stream.ts';

const host = '127.0.0.1';

/** An HTTP server for one cluster. It keeps its port when it stops and starts again. */
export class Endpoint {
  readonly #cluster: ClusterState;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #pause: PromiseWithResolvers<void> | undefined;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  /** URL of the server, as `http://127.0.0.1:<port>`. The port is 0 before the first start. */
  get url(): string {
    return `http://${host}:${this.#port}`;
  }

  /** Accepts connections, on the same port as before a stop. */
  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, host, resolve);
    });
    server.on('connection', (socket) => this.#track(socket));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /**
   * Closes open connections, including watches, and refuses new ones. It also drops the watch
   * history, because a real API server loses its watch cache when its process ends.
   */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.resume();
    this.#cluster.store.compact();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** Accepts connections and requests and holds the responses back until `resume`. */
  pause(): void {
    this.#pause ??= Promise.withResolvers();
    for (const socket of this.#sockets) socket.cork();
  }

  /** Sends the responses that `pause` held back. */
  resume(): void {
    if (this.#pause === undefined) return;
    this.#pause.resolve();
    this.#pause = undefined;
    for (const socket of this.#sockets) socket.uncork();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.#pause !== undefined) socket.cork();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const call = await readCall(request);
      await this.#pause?.promise;
      const answer = answerCall(this.#cluster, call);
      if ('watch' in answer) streamWatch(this.#cluster, { ...answer, call }, response);
      else writeAnswer(response, answer);
    } catch (error) {
      if (response.destroyed) return;
      writeAnswer(response, failureOf(error));
    }
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', `http://${host}`);
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const body = await readBody(request, contentType ?? '');
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    accept: request.headers.accept ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    contentType: contentType ?? '',
    body: body?.value,
    duplicates: body?.duplicates ?? [],
  };
}

function failureOf(error: unknown): DocumentAnswer {
  if (error instanceof ApiError) return { code: error.code, body: error.toStatus() };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const failure = new ApiError(500, 'InternalError', `Internal error occurred: ${message}`);
  return { code: 500, body: failure.toStatus() };
}

function writeAnswer(response: ServerResponse, answer: DocumentAnswer): void {
  const isText = typeof answer.body === 'string';
  const body = isText ? answer.body : `${JSON.stringify(answer.body)}\n`;
  const type = answer.contentType ?? (isText ? 'text/plain; charset=utf-8' : 'application/json');
  response.statusCode = answer.code;
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', 'no-cache, private');
  const warnings = (answer.warnings ?? []).map((text) => `299 - ${JSON.stringify(text)}`);
  if (warnings.length > 0) response.setHeader('Warning', warnings);
  response.end(body);
}
