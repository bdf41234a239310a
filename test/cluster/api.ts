import { setTimeout } from 'node:timers/promises';
import type { KubeObject } from '#model/object.ts';
import { type Answer, ApiClient, type Call } from '#test/api/client.ts';

/** Api sends requests to one member as a client other than the syncer, and throws on an error. */
export class Api {
  readonly #client: ApiClient;

  constructor(kubeconfig: string, member: string) {
    this.#client = ApiClient.of(kubeconfig, member);
  }

  /** Returns undefined if the object does not exist. */
  async get(path: string): Promise<KubeObject | undefined> {
    const answer = await this.#client.call({ path });
    return answer.status === 404 ? undefined : (bodyOf(answer) as KubeObject);
  }

  async list(path: string): Promise<readonly KubeObject[]> {
    const { items } = (await this.#ask({ path })) as { readonly items?: readonly KubeObject[] };
    return items ?? [];
  }

  /** Sends a merge patch with the field manager `by`. */
  async edit(path: string, by: string, body: object): Promise<void> {
    const type = 'application/merge-patch+json';
    await this.#ask({ method: 'PATCH', path: `${path}?fieldManager=${by}`, type, body });
  }

  /** Creates the object by a POST to its collection with the field manager `by`. */
  async create(path: string, by: string, body: object): Promise<void> {
    await this.#ask({ method: 'POST', path: `${path}?fieldManager=${by}`, body });
  }

  /** Like `create`, but waits up to 20 s until the API server serves the kind, whose definition may be new. */
  async createOnceServed(path: string, by: string, body: object): Promise<void> {
    const url = `${path}?fieldManager=${by}`;
    for (const end = Date.now() + 20_000; ; await setTimeout(100)) {
      const answer = await this.#client.call({ method: 'POST', path: url, body });
      if (answer.status !== 404 || Date.now() > end) return void bodyOf(answer);
    }
  }

  /** Creates the object by server-side apply with the field manager `by`. */
  async apply(path: string, by: string, body: object): Promise<void> {
    const type = 'application/apply-patch+yaml';
    await this.#ask({ method: 'PATCH', path: `${path}?fieldManager=${by}`, type, body });
  }

  /** Sends a server-side apply with the query in the path. */
  async applyAt(path: string, body: object): Promise<void> {
    await this.#ask({ method: 'PATCH', path, type: 'application/apply-patch+yaml', body });
  }

  async delete(path: string): Promise<void> {
    await this.#ask({ method: 'DELETE', path });
  }

  close(): void {
    this.#client.close();
  }

  async #ask(call: Call): Promise<unknown> {
    return bodyOf(await this.#client.call(call));
  }
}

function bodyOf({ status, body }: Answer): unknown {
  if (status >= 200 && status < 300) return body;
  throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
}
