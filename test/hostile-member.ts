import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeKubeconfig } from '#test/bed/kubeconfig.ts';

/** Answers a request, or returns false to leave the answer to the default. */
export type Attack = (request: IncomingMessage, response: ServerResponse) => boolean;

const resources = [
  { name: 'secrets', kind: 'Secret', namespaced: true },
  { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
  { name: 'namespaces', kind: 'Namespace', namespaced: false },
];

/** An API server that serves a few empty kinds, and otherwise answers as a test wants. */
export class HostileMember {
  readonly server: string;
  /** Path of a kubeconfig whose context is `hostile`. */
  readonly kubeconfig: string;
  attack: Attack = () => false;
  /** Number of requests so far. */
  requests = 0;
  readonly #close: () => void;

  private constructor(server: string, close: () => void) {
    this.server = server;
    const folder = mkdtempSync(join(tmpdir(), 'regatta-hostile-'));
    this.kubeconfig = join(folder, 'kubeconfig');
    writeKubeconfig(this.kubeconfig, [{ name: 'hostile', server, ca: '', token: 'x' }]);
    this.#close = () => {
      close();
      rmSync(folder, { recursive: true });
    };
  }

  static async open(): Promise<HostileMember> {
    const listener = createServer((request, response) => {
      member.requests++;
      // A client that stops reading ends the connection.
      response.on('error', () => {});
      if (!member.attack(request, response)) answer(request, response);
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const member = new HostileMember(`http://127.0.0.1:${port}`, () => {
      listener.closeAllConnections();
      listener.close();
    });
    return member;
  }

  close(): void {
    this.#close();
  }
}

/** Sends a value as JSON. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): true {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
  return true;
}

/** Sends the same text until the client goes away. */
export function sendEndlessly(response: ServerResponse, text: string, status = 200): true {
  const chunk = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)));
  response.writeHead(status, { 'content-type': 'application/json' });
  const send = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', send);
  };
  send();
  return true;
}

function answer({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
  const path = url.split('?')[0] ?? '';
  if (path === '/api/v1') return void sendJson(response, { kind: 'APIResourceList', resources });
  const kind = resources.find(({ name }) => path.endsWith(`/${name}`));
  if (method === 'GET' && kind !== undefined && !url.includes('watch=1')) {
    return void sendJson(response, { metadata: { resourceVersion: '1' }, items: [] });
  }
  sendJson(response, { kind: 'Status', code: 404, message: 'not found' }, 404);
}
