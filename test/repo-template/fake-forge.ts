import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface PullRequest {
  readonly number: number;
  readonly head: {
    readonly sha: string;
    readonly label: string;
    readonly repo: { readonly id: number } | null;
  };
  readonly base?: { readonly sha: string; readonly ref: string };
}

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string; readonly type: string };
  readonly author: { readonly id: number };
}

const limit = 65_536;
const bot = { user: { login: 'github-actions[bot]', type: 'Bot' }, author: { id: 7 } };

/**
 * The part of the comment APIs of GitHub (repository `org/fleet`) and GitLab (project 42, merge
 * request 5) that the template uses. Like them, the server rejects a missing token, another path or
 * method, and a body that is too long.
 */
export class FakeForge {
  readonly comments: Comment[] = [];
  pullRequests: readonly PullRequest[] = [];
  /** `METHOD path`, without the query. */
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  static async start(): Promise<FakeForge> {
    const forge = new FakeForge();
    forge.#server.listen(0, '127.0.0.1');
    await once(forge.#server, 'listening');
    return forge;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  add(body: string, by: Omit<Comment, 'id' | 'body'> = bot): void {
    this.comments.push({ id: this.comments.length + 1, body, ...by });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method} ${url.pathname}`);
    const [status, answer] = isKnown(request)
      ? this.#answer(`${request.method} ${url.pathname}`, url, await text(request))
      : [401, { message: 'Bad credentials' }];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  #answer(what: string, url: URL, sent: string): readonly [number, unknown] {
    const page = <T>(items: readonly T[]): readonly [number, unknown] => {
      const size = Number(url.searchParams.get('per_page') ?? 30);
      const start = (Number(url.searchParams.get('page') ?? 1) - 1) * size;
      return [200, items.slice(start, start + size)];
    };
    if (what === 'GET /user') return [200, { id: 7 }];
    if (what === 'GET /repos/org/fleet/pulls') {
      const head = url.searchParams.get('head');
      return page(this.pullRequests.filter((request) => request.head.label === head));
    }
    if (/^GET .*\/(issues\/12\/comments|merge_requests\/5\/notes)$/.test(what)) {
      return page(this.comments);
    }
    return this.#write(what, sent);
  }

  #write(what: string, sent: string): readonly [number, unknown] {
    const { body } = JSON.parse(sent || '{}') as { readonly body?: string };
    if (body === undefined || Buffer.byteLength(body) > limit) return [422, { message: 'body' }];
    if (
      /^POST \/(repos\/org\/fleet\/issues\/12\/comments|projects\/42\/merge_requests\/5\/notes)$/.test(
        what,
      )
    ) {
      this.add(body);
      return [201, this.comments.at(-1)];
    }
    const id = what.match(
      /^(?:PATCH \/repos\/org\/fleet\/issues\/comments|PUT \/projects\/42\/merge_requests\/5\/notes)\/(\d+)$/,
    )?.[1];
    const index = this.comments.findIndex((comment) => comment.id === Number(id));
    const old = this.comments[index];
    if (old === undefined) return [404, { message: 'Not Found' }];
    this.comments[index] = { ...old, body };
    return [200, this.comments[index]];
  }
}

function isKnown({ url, headers }: IncomingMessage): boolean {
  return url?.startsWith('/repos/')
    ? headers.authorization === 'Bearer good-token'
    : headers['private-token'] === 'good-token';
}
