import { mkdtempSync, rmSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeKubeconfig } from '#test/bed/kubeconfig.ts';
import { makeCertificate } from '#test/certificate.ts';
import { readAccess } from './access.ts';

/** Reports whether a request stays without an answer. */
export type Silence = (request: Http2ServerRequest) => boolean;

/** An HTTP/2 proxy for an API server, which leaves requests unanswered as a test wants. */
export class Http2Front {
  /** Path of a kubeconfig with one context, which has the name of the member. */
  readonly kubeconfig: string;
  isSilent: Silence = () => false;
  /** Number of requests that stayed without an answer. */
  unanswered = 0;
  readonly #sessions: ReadonlySet<ServerHttp2Session>;
  readonly #close: () => void;

  private constructor(
    kubeconfig: string,
    sessions: ReadonlySet<ServerHttp2Session>,
    close: () => void,
  ) {
    this.kubeconfig = kubeconfig;
    this.#sessions = sessions;
    this.#close = close;
  }

  /** Number of open connections. */
  get connections(): number {
    return this.#sessions.size;
  }

  static async open(kubeconfig: string, member: string): Promise<Http2Front> {
    const access = readAccess(kubeconfig, member);
    const folder = mkdtempSync(join(tmpdir(), 'regatta-http2-'));
    const certificate = makeCertificate(folder);
    const forward = forwardTo(access.server, access.ca);
    const sessions = new Set<ServerHttp2Session>();
    const listener = createSecureServer(certificate, (incoming, response) => {
      for (const stream of [incoming, response]) stream.on('error', () => {});
      if (!front.isSilent(incoming)) return void forward(incoming, response);
      front.unanswered++;
      incoming.resume();
    });
    listener.on('session', (session) => {
      sessions.add(session.on('error', () => {}));
      session.on('close', () => sessions.delete(session));
    });
    listener.on('sessionError', () => {});
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const server = `https://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    const file = join(folder, 'kubeconfig');
    writeKubeconfig(file, [
      { name: member, server, ca: certificate.cert, token: access.token ?? '' },
    ]);
    const front = new Http2Front(file, sessions, () => {
      for (const session of sessions) session.destroy();
      listener.close();
      rmSync(folder, { recursive: true });
    });
    return front;
  }

  close(): void {
    this.#close();
  }
}

/** Returns a function that sends requests to an API server by HTTP/1.1, and its answers back. */
function forwardTo(server: string, ca: string | undefined) {
  const isTls = server.startsWith('https:');
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, ca, maxSockets: 256 })
    : new HttpAgent({ keepAlive: true, maxSockets: 256 });
  const send = isTls ? httpsRequest : httpRequest;
  return (incoming: Http2ServerRequest, response: Http2ServerResponse): void => {
    const { method, url } = incoming;
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => !name.startsWith(':')),
    );
    const outgoing = send(`${server}${url}`, { method, headers, agent }, (answer) => {
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...own } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, own);
      answer.on('error', () => response.stream.destroy()).pipe(response);
    });
    outgoing.on('error', () => response.stream.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  };
}
