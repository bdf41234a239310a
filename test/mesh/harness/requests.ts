import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** One plain HTTP request to a loopback address. */
export interface PlainRequest {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  /** Includes `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Timeout of a request, in milliseconds: longer than that of any route of Istio's defaults that the tests take. */
const answerMs = 20_000;

/**
 * Sends a request and reads the whole answer, of whatever status.
 *
 * @throws Error when the connection fails, or after 20 s
 */
export function fetchText(options: PlainRequest): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(answerMs);
    const sent = request({ ...options, signal }, (response) => {
      text(response).then(
        (body) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: body }),
        reject,
      );
    });
    sent.on('error', (error) => {
      // A server may close an idle connection in the moment in which the client uses it again.
      const isStale = sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      if (isStale) fetchText(options).then(resolve, reject);
      else reject(error);
    });
    sent.end();
  });
}
