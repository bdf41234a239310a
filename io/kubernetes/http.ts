import type { Dispatcher } from 'undici';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { SendCheck } from '#syncer/ports/cluster.ts';
import { type Access, reasonOf, refusalOf } from './access.ts';
import type { Answer } from './answer.ts';
import { bounds } from './bounds.ts';
import { malformed } from './json.ts';
import { type Credentials, Login } from './login.ts';
import { readAnswer } from './read-answer.ts';
import { LargeAnswers, Reading, ReadTimer } from './reading.ts';
import type { ApiRequest } from './request.ts';
import { type SendHow, sendUntil, unlessStopped } from './send.ts';
import { UnansweredRequests } from './unanswered-requests.ts';

/** How to send a request. */
export interface CallHow {
  /** Called right before the request is sent. */
  readonly check?: SendCheck | undefined;
  /** The list that the answer is a page of. */
  readonly list?: Reading;
}

interface ReadHow extends CallHow {
  readonly reading: Reading;
  readonly timer: ReadTimer | undefined;
}

/** Maximum time until a response begins, in milliseconds. A server that takes longer counts as unreachable. */
const answerMs: number = bounds.readMs;

/**
 * Maximum time for the response to a write of an object, in milliseconds: an API server allows itself 60 s, and
 * each admission webhook up to 30 s of them.
 */
const writeMs = 65_000;

/**
 * Sends requests to one API server with the credentials of a kubeconfig context. The generated classes
 * of the Kubernetes client cannot request metadata-only lists, open a connection per call, and use
 * `fetch`, which is several times slower. This class keeps connections open, and the caller sets the
 * media type.
 */
export class KubernetesHttp {
  readonly cluster: string;
  readonly #login: Login;
  /** The server's clock at its last response, and this process's monotonic clock then, in milliseconds. */
  #answered: { readonly server: number; readonly uptime: number } | undefined;
  readonly #large = new LargeAnswers();
  readonly unanswered: UnansweredRequests = new UnansweredRequests();

  /** @param cluster - the name of the cluster that the API server serves */
  constructor(access: Access, cluster: string) {
    this.#login = new Login(access);
    this.cluster = cluster;
  }

  /** Returns the reading of a list, which the caller must end. */
  read(what: string): Reading {
    return new Reading(what, this.#large, this.cluster);
  }

  /**
   * Sends a request, and returns the answer of any status.
   *
   * @throws ClusterError `unreachable` when the server does not answer in time, or when the kubeconfig or
   *   its credentials cannot be read; `malformed` when the answer is too large, too slow or not JSON
   */
  async call(request: ApiRequest, signal: AbortSignal, how: CallHow = {}): Promise<Answer> {
    const reading = how.list ?? this.read(request.what);
    let timer: ReadTimer | undefined;
    try {
      return await this.#guard(signal, limitOf(request), async () => {
        // The time for a read starts when its credentials are there: a plugin has a limit of its own.
        this.unanswered.begins(request);
        await this.#login.authenticate(signal);
        this.unanswered.sent(request);
        if (request.method === 'GET') timer = new ReadTimer(bounds.readMs);
        return unlessStopped(this.#call(request, signal, { ...how, reading, timer }), signal);
      });
    } finally {
      this.unanswered.ended(request);
      timer?.stop();
      if (how.list === undefined) reading.end();
    }
  }

  async #call(request: ApiRequest, signal: AbortSignal, how: ReadHow): Promise<Answer> {
    const { check, reading, timer } = how;
    const until = timer === undefined ? signal : AbortSignal.any([signal, timer.signal]);
    let hasBegun = false;
    try {
      const { statusCode, headers, body } = await this.#send(request, until, 'gzip', check);
      hasBegun = true;
      this.#noteTime(headers.date);
      return await readAnswer({ statusCode, headers, body }, reading, timer);
    } catch (error) {
      if (signal.aborted || !timer?.signal.aborted) throw error;
      const limit = `${bounds.readMs / 1000} s`;
      if (!hasBegun) throw new Error(`no response within ${limit}`, { cause: error });
      throw malformed(`an answer that takes more than ${limit}`, request.what);
    }
  }

  /** Returns the server's time in milliseconds since the epoch; undefined before it has responded with a time. */
  serverTime(): number | undefined {
    const answered = this.#answered;
    return answered && answered.server + performance.now() - answered.uptime;
  }

  #noteTime(date: string | string[] | undefined): void {
    const server = Date.parse(String(date));
    if (!Number.isNaN(server)) this.#answered = { server, uptime: performance.now() };
  }

  /**
   * Sends a request, and returns the body of a successful answer as a stream.
   *
   * @throws ClusterError `unreachable` as `call`, and with the message of the server when the status is not 200
   */
  async stream(request: ApiRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    return this.#guard(signal, answerMs, async () => {
      const response = await this.#send(request, signal, 'identity');
      if (response.statusCode !== 200) throw await this.#refusalIn(response, request.what);
      return response.body;
    });
  }

  /** Reads the refusal of a stream. */
  async #refusalIn(response: Dispatcher.ResponseData, what: string): Promise<ClusterError> {
    const { statusCode, headers, body } = response;
    const reading = this.read(what);
    // A body that is destroyed before its end emits an error, which would end the process.
    const timer = setTimeout(() => body.on('error', () => {}).destroy(), bounds.readMs);
    try {
      return (await readAnswer({ statusCode, headers, body }, reading, undefined)).refusal();
    } finally {
      clearTimeout(timer);
      reading.end();
    }
  }

  /** Repeats a request once with new credentials when the server rejects the old ones. */
  async #send(
    request: ApiRequest,
    signal: AbortSignal,
    encoding: Encoding,
    check?: SendCheck,
  ): Promise<Dispatcher.ResponseData> {
    const used = await this.#login.authenticate(signal);
    check?.();
    const response = await this.#sendAs(used, request, signal, encoding);
    if (response.statusCode !== 401) return response;
    await response.body.dump({ limit: dumpedBytes });
    if (!this.#login.renew(used)) throw refusalOf(used.endpoint.holder);
    const renewed = await this.#login.authenticate(signal);
    check?.();
    const again = await this.#sendAs(renewed, request, signal, encoding);
    if (again.statusCode !== 401) return again;
    await again.body.dump({ limit: dumpedBytes });
    throw refusalOf(renewed.endpoint.holder);
  }

  #sendAs(
    { endpoint, headers, dispatcher }: Credentials,
    { method, path, accept = 'application/json', contentType, body }: ApiRequest,
    signal: AbortSignal,
    encoding: Encoding,
  ): Promise<Dispatcher.ResponseData> {
    const { origin, pathname, search } = new URL(`${endpoint.server}${path}`);
    const options = {
      origin,
      path: `${pathname}${search}`,
      method,
      headersTimeout: limitOf({ method }),
      // A watch may be silent for longer; `readEvents` has a timeout for that.
      bodyTimeout: encoding === 'gzip' ? answerMs : 0,
      headers: {
        ...(headers as Record<string, string | string[]>),
        accept,
        'accept-encoding': endpoint.isCompressed ? encoding : 'identity',
        'user-agent': 'regatta',
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // Otherwise undici closes the connection after a deletion with a body. An API server reads the body.
      ...(method === 'DELETE' && { reset: false }),
    };
    const disconnect = () => {
      this.#login.reset();
      void dispatcher.destroy();
    };
    const outgoing = {
      hasBody: body !== undefined,
      dispatcher,
      send: ({ dispatcher: sender, signal }: SendHow) =>
        sender.request({ ...options, ...(signal && { signal }) }),
      disconnect,
    };
    return sendUntil(outgoing, signal);
  }

  async #guard<T>(signal: AbortSignal, ms: number, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ClusterError) throw error;
      const server = this.#login.server;
      // Credentials and certificates may have been replaced, so the next call reads them again.
      this.#login.reset();
      const reason = `${server ?? 'cluster'}: ${reasonOf(error, ms)}`;
      throw new ClusterError('unreachable', reason, { cause: error });
    }
  }
}

/** Writes of objects are patches and deletions; other writes are those of Leases and Events. */
function limitOf({ method }: Pick<ApiRequest, 'method'>): number {
  return method === 'PATCH' || method === 'DELETE' ? writeMs : answerMs;
}

type Encoding = 'gzip' | 'identity';

/** Maximum size of the body of a 401 that is read so that its connection can be used again, in bytes. */
const dumpedBytes = 64 * 1024;
