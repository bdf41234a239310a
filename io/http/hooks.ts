import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { answer, type Route } from './server.ts';

/** Pushes of many commits are some kilobytes each; whoever sends more is no forge. */
const maxBytes = 1024 * 1024;

/** How far a signed time may be from ours, in seconds. */
const windowSeconds = 300;

/** So many deliveries are remembered, so that none counts twice. */
const remembered = 10_000;

export interface HookOptions {
  readonly secret: string;
  /** Pushes of others are none of our business. */
  readonly branch: string;
  /** Somebody has pushed. */
  readonly pushed: () => void;
}

/** What a request says of itself, before it is believed. */
interface Delivery {
  /** Whether it was sent by who knows the secret. */
  readonly isGenuine: boolean;
  /** Of no other delivery; '' when it does not say. */
  readonly id: string;
  readonly isPush: boolean;
}

/** Reads a delivery of one kind of sender. @param now - seconds since the epoch */
type Reader = (headers: IncomingHttpHeaders, body: Buffer, secret: string, now: number) => Delivery;

const readers: Readonly<Record<string, Reader>> = {
  '/hooks/github': readGithub,
  '/hooks/gitlab': readGitlab,
  '/hooks/generic': readGeneric,
};

/**
 * Takes webhooks of pushes at `/hooks/github`, `/hooks/gitlab` and `/hooks/generic`. The answer goes
 * out at once; what is done about a push is somebody else's work.
 *
 * Source: GitHub's "Validating webhook deliveries", GitLab's "Webhooks", Standard Webhooks.
 */
export function hookRoutes(options: HookOptions): Readonly<Record<string, Route>> {
  const seen = new Set<string>();
  const routeOf = (read: Reader): Route => ({
    methods: ['POST'],
    answer: async (incoming, response) => {
      const body = await bodyOf(incoming);
      if (body === undefined) {
        response.setHeader('connection', 'close');
        return answer(response, 413, 'too large');
      }
      const { status, line } = judge(
        read(incoming.headers, body, options.secret, Date.now() / 1000),
        body,
        seen,
        options,
      );
      answer(response, status, line);
      if (status === 202) options.pushed();
    },
  });
  return Object.fromEntries(Object.entries(readers).map(([path, read]) => [path, routeOf(read)]));
}

function judge(
  { isGenuine, id, isPush }: Delivery,
  body: Buffer,
  seen: Set<string>,
  { branch }: HookOptions,
): { readonly status: number; readonly line: string } {
  if (!isGenuine) return { status: 401, line: 'not signed with the secret, or not now' };
  if (id !== '' && seen.has(id)) return { status: 409, line: 'delivered before' };
  if (id !== '') remember(seen, id);
  const ref = refIn(body);
  if (!isPush || (ref !== undefined && ref !== `refs/heads/${branch}`)) {
    return { status: 200, line: 'nothing to do' };
  }
  return { status: 202, line: 'the repository will be looked at' };
}

function remember(seen: Set<string>, id: string): void {
  seen.add(id);
  const [oldest] = seen;
  if (seen.size > remembered && oldest !== undefined) seen.delete(oldest);
}

/** The branch that was pushed; undefined when it is not told. */
function refIn(body: Buffer): string | undefined {
  try {
    const { ref } = JSON.parse(body.toString()) as { readonly ref?: unknown };
    return typeof ref === 'string' ? ref : undefined;
  } catch {
    return undefined;
  }
}

function readGithub(headers: IncomingHttpHeaders, body: Buffer, secret: string): Delivery {
  const signature = `sha256=${hmac(secret, body).toString('hex')}`;
  return {
    isGenuine: isSame(textOf(headers['x-hub-signature-256']), signature),
    // Its X-GitHub-Delivery is not signed; no two pushes have the same body.
    id: signature,
    isPush: headers['x-github-event'] === 'push',
  };
}

/** With a signing token, or the older secret token that comes along as it is. */
function readGitlab(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secret: string,
  now: number,
): Delivery {
  const isSigned = headers['webhook-signature'] !== undefined;
  return {
    isGenuine: isSigned
      ? isStandard(headers, body, secret, now)
      : isSame(textOf(headers['x-gitlab-token']), secret),
    id: textOf(
      headers['webhook-id'] ?? headers['idempotency-key'] ?? headers['x-gitlab-event-uuid'],
    ),
    isPush: headers['x-gitlab-event'] === 'Push Hook',
  };
}

/** Standard Webhooks: any of the signatures in the header may be it. */
function isStandard(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secret: string,
  now: number,
): boolean {
  const [id, time] = [textOf(headers['webhook-id']), textOf(headers['webhook-timestamp'])];
  const key = Buffer.from(
    secret.replace(/^whsec_/, ''),
    secret.startsWith('whsec_') ? 'base64' : 'utf8',
  );
  const signature = hmac(key, `${id}.${time}.`, body).toString('base64');
  const given = textOf(headers['webhook-signature']).split(' ');
  return isNow(time, now) && given.some((one) => isSame(one, `v1,${signature}`));
}

function readGeneric(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secret: string,
  now: number,
): Delivery {
  const time = textOf(headers['x-regatta-timestamp']);
  const signature = `sha256=${hmac(secret, `${time}.`, body).toString('hex')}`;
  const given = textOf(headers['x-regatta-signature']);
  return { isGenuine: isNow(time, now) && isSame(given, signature), id: given, isPush: true };
}

function isNow(time: string, now: number): boolean {
  return /^\d+$/.test(time) && Math.abs(Number(time) - now) <= windowSeconds;
}

function hmac(secret: string | Buffer, ...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHmac('sha256', secret);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** In a time that tells nothing of where they differ, or how long the right one is. */
function isSame(given: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}

/** Undefined when it is too large: the rest is not read. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
