import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface GitServerOptions {
  /** Folder of bare repositories. A repository with `uploadpack.allowFilter` supports partial clones. */
  readonly root: string;
  /** Credentials that clients must send by basic authentication. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Key and certificate in PEM; the server uses plain HTTP without them. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Git's own `http-backend` behind an HTTP server on a free port of 127.0.0.1. */
export class GitServer {
  /** Accepted requests, as `METHOD path`. */
  readonly requests: string[] = [];
  /** Size of all response bodies, in bytes. */
  sentBytes = 0;
  /** Replaces the response to each request, for a broken or lying server. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  login: GitServerOptions['login'];
  /** Whether the server speaks only protocol version 0, like many SSH servers. */
  isOld = false;
  /** Pause after each chunk, in milliseconds. */
  pauseMs = 0;
  readonly #root: string;
  readonly #server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>;
  readonly #scheme: 'http' | 'https';

  private constructor({ root, login, tls }: GitServerOptions) {
    this.#root = root;
    this.login = login;
    const serve = (request: IncomingMessage, response: ServerResponse) =>
      this.#serve(request, response);
    this.#scheme = tls ? 'https' : 'http';
    this.#server = tls ? createTlsServer(tls, serve) : createServer(serve);
  }

  static async start(options: GitServerOptions): Promise<GitServer> {
    const server = new GitServer(options);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  /** Returns the base URL with a trailing slash; append the name of a repository. */
  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}/`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    if (this.answer !== undefined) {
      this.answer(request, response);
      return;
    }
    if (!this.#isLetIn(request)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    this.requests.push(`${request.method} ${request.url}`);
    const child = spawn('git', ['http-backend'], {
      env: {
        ...cgiEnvironment(request, this.#root),
        ...(this.isOld && { GIT_PROTOCOL: '' }),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.stdin.on('error', () => {});
    request.pipe(child.stdin);
    let head = Buffer.alloc(0);
    child.stdout.on('data', (chunk: Buffer) => {
      this.sentBytes += chunk.length;
      if (this.pauseMs > 0) {
        child.stdout.pause();
        setTimeout(() => child.stdout.resume(), this.pauseMs);
      }
      if (response.headersSent) {
        response.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      writeHead(response, head.toString('latin1', 0, end));
      response.write(head.subarray(end + 4));
    });
    child.on('close', () => response.end());
    response.on('close', () => child.kill());
  }

  #isLetIn({ headers }: IncomingMessage): boolean {
    if (this.login === undefined) return true;
    const { username, password } = this.login;
    const expected = Buffer.from(`${username}:${password}`).toString('base64');
    return headers.authorization === `Basic ${expected}`;
  }
}

function cgiEnvironment(request: IncomingMessage, root: string): NodeJS.ProcessEnv {
  const { method, headers } = request;
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  return {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: method,
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    REMOTE_USER: headers.authorization === undefined ? undefined : 'git',
    REMOTE_ADDR: '127.0.0.1',
  };
}

/** Converts CGI header lines to the response head; the `Status` line holds the HTTP status. */
function writeHead(response: ServerResponse, text: string): void {
  const lines = text.split('\r\n').map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const status = lines.find(([name]) => name === 'Status')?.[1] ?? '200';
  const headers = lines.filter(([name]) => name !== 'Status');
  response.writeHead(Number(status.slice(0, 3)), Object.fromEntries(headers));
}
