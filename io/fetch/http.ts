/** The HTTP client for remote sources. It uses the environment's proxies and CAs, and limits sizes, redirects and times. */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { tooLarge } from './limits.ts';

/** Paths of the TLS files for one server. */
export interface TlsFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** Options of one request. With `form`, the client posts the form; otherwise it sends a GET request. */
export interface HttpRequest {
  readonly accept?: string;
  /** Value of the Authorization header. After a redirect, the client does not send it to another server. */
  readonly authorization?: string | undefined;
  /** A form to post. */
  readonly form?: URLSearchParams;
  /** Maximum size of the response body, in bytes. */
  readonly maxBytes: number;
  readonly tls?: TlsFiles | undefined;
}

/** A response of any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

const maxRedirects = 10;
const maxAttempts = 3;
const silenceMs = 30_000;

/** The connections of one fetch. */
export class HttpClient {
  readonly #signal: AbortSignal;
  readonly #agents = new Map<string, Dispatcher>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Closes all connections. Requests in progress fail. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#agents.values(), (agent) => agent.destroy()));
  }

  /**
   * Returns the response of any status, after redirects.
   *
   * @throws Error when the server cannot be reached, redirects too often or to an address that is not
   *   https, or sends too large a body; the message contains no credentials
   */
  async send(url: URL, { authorization, ...how }: HttpRequest): Promise<HttpAnswer> {
    let [at, secret] = [url, mayHaveSecrets(url) ? authorization : undefined];
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const response = await this.#sendOnce(at, { ...how, authorization: secret });
      const { statusCode: status, headers, body } = response;
      const location = [301, 302, 303, 307, 308].includes(status) && headers.location;
      if (!location) return { status, headers, body: await readBody(response, how.maxBytes) };
      await body.dump();
      const next = redirected(at, String(location));
      if (next.origin !== at.origin) secret = undefined;
      at = next;
    }
    throw new Error(`${url.host} redirects more than ${maxRedirects} times`);
  }

  async #sendOnce(url: URL, how: HttpRequest): Promise<Dispatcher.ResponseData> {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt === maxAttempts;
      const response = await this.#attempt(url, how).catch((error: unknown) => {
        this.#signal.throwIfAborted();
        if (isLast || !isTransient(error)) throw new Error(reasonOf(error), { cause: error });
      });
      if (response !== undefined) {
        if (isLast || ![429, 502, 503, 504].includes(response.statusCode)) return response;
        await response.body.dump();
      }
      await setTimeout(500 * attempt, undefined, { signal: this.#signal });
    }
  }

  #attempt(url: URL, { accept, authorization, form, tls = {} }: HttpRequest) {
    return this.#agentFor(url, tls).request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        'user-agent': 'regatta',
        ...(accept !== undefined && { accept }),
        ...(authorization !== undefined && { authorization }),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form !== undefined && { body: form.toString() }),
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      signal: this.#signal,
    });
  }

  #agentFor(url: URL, tls: TlsFiles): Dispatcher {
    const proxy = proxyFor(url);
    const key = JSON.stringify([proxy, tls]);
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const connect = { secureContext: contextOf(tls), timeout: silenceMs };
    const agent =
      proxy === undefined
        ? new Agent({ connect })
        : new EnvHttpProxyAgent({
            httpProxy: proxy,
            httpsProxy: proxy,
            connect,
            requestTls: connect,
            proxyTls: connect,
          });
    this.#agents.set(key, agent);
    return agent;
  }
}

/** Reports whether credentials may be sent to a URL: unencrypted only to this machine. */
export function mayHaveSecrets(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url.hostname);
}

/** Reports whether a host is this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** Returns the header `Basic …`. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/**
 * Returns the environment's proxy for a URL, from the variables that curl and Go also use. Requests to
 * this machine use no proxy.
 */
function proxyFor({ protocol, hostname }: URL): string | undefined {
  if (isLoopback(hostname)) return undefined;
  const { env } = process;
  const proxy =
    protocol === 'https:' ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY;
  return proxy || undefined;
}

/** Returns TLS settings that trust the CAs of Node, of the system, of SSL_CERT_FILE and of the server's `caFile`. */
function contextOf({ caFile, certFile, keyFile }: TlsFiles): SecureContext {
  const own = [process.env.SSL_CERT_FILE, caFile].flatMap((file) =>
    file ? [readFileSync(file, 'utf8')] : [],
  );
  const known = [...getCACertificates('default'), ...getCACertificates('system')];
  return createSecureContext({
    ca: [...new Set([...known, ...own])],
    ...(certFile && { cert: readFileSync(certFile) }),
    ...(keyFile && { key: readFileSync(keyFile) }),
  });
}

function redirected(from: URL, location: string): URL {
  const next = URL.parse(location, from.href);
  const isSafe = next?.protocol === 'https:' || next?.protocol === from.protocol;
  if (next === null || !isSafe) {
    throw new Error(`${from.host} redirects to an address that is not https`);
  }
  return next;
}

async function readBody(
  { headers, body }: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const isAnnounced = Number(headers['content-length']) > maxBytes;
  for await (const chunk of body) {
    length += chunk.length;
    if (isAnnounced || length > maxBytes) throw new Error(tooLarge(maxBytes));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reports whether a retry may succeed. */
function isTransient(error: unknown): boolean {
  const { code } = Object(error);
  return ['ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'EPIPE', 'UND_ERR_SOCKET'].includes(code);
}

function reasonOf(error: unknown): string {
  const { message, code } = Object(error);
  return message || code || String(error);
}
