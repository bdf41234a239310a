import type { IncomingMessage } from 'node:http';
import type { ReadyPod } from '../harness/pods.ts';
import type { PodAnswer } from '../harness/servers.ts';

/** One request that a pod received. */
export interface Received {
  readonly pod: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Header by which a request is known wherever it arrives. */
export const idHeader = 'x-rule-request';

/** Header of every answer of a pod, which rules change. */
export const echoHeader = { 'x-echo': 'original' } as const;

/** EchoPods answers requests with what it received, and remembers them by the header `x-rule-request`. */
export class EchoPods {
  readonly #received = new Map<string, Received[]>();

  readonly program = async (pod: ReadyPod, request: IncomingMessage): Promise<PodAnswer> => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const received = {
      pod: `${pod.labels.app} ${pod.labels.version}`,
      path: request.url ?? '',
      host: request.headers.host ?? '',
      headers,
    };
    const id = headers[idHeader] ?? '';
    this.#received.set(id, [...(this.#received.get(id) ?? []), received]);
    return { status: 200, body: received, headers: echoHeader };
  };

  /** Returns the requests with an id, in the order in which they arrived. */
  receivedWith(id: string): readonly Received[] {
    return this.#received.get(id) ?? [];
  }
}
