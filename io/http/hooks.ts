/**
 * Webhooks that report pushes. This file is ours because it reads three dialects in one small place,
 * and compares signatures in constant time; no library covers all three.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { answer, type Route } from './server.ts';

/** Maximum size of a delivery, in bytes; a push of many commits takes a few kilobytes. */
const maxBytes = 1024 * 1024;

/** Maximum difference between a signed timestamp and the clock, in seconds. */
const windowSeconds = 300;

/** Maximum number of delivery ids that the syncer remembers to reject replays. */
const maxRemembered = 10_000;

/** Which webhooks the syncer accepts. */
export interface HookOptions {
  /** The secret that the forge shares with the syncer. */
  readonly secret: string;
  /** The branch that the syncer follows. Pushes to other branches have no effect. */
  readonly branch: string;
  /** Called for each push to the branch. */
  readonly pushed: () => void;
}

/** A delivery as its headers and body describe it. */
interface Delivery {
  /** Whether the sender knows the secret. */
  readonly isGenuine: boolean;
  /** Delivery id, unique per delivery. */
  readonly id: string;
  readonly isPush: boolean;
}

/**
 * Reads a delivery in one dialect.
 *
 * @param now - seconds since the epoch
 */
type Reader = (headers: IncomingHttpHeaders, body: Buffer, secret: string, now: number) => Delivery;

const readers: Readonly<Record<string, Reader>> = {
  '/hooks/github': readGithub,
  '/hooks/gitlab': readGitlab,
  '/hooks/generic': readGeneric,
};

/**
 * Accepts webhooks of pushes at `/hooks/github`, `/hooks/gitlab` and `/hooks/generic`. The syncer
 * responds before it processes the push.
 *
 * @throws Error when the secret has no key
 *
 * Source: GitHub's "Validating webhook deliveries", GitLab's "Webhooks", Standard Webhooks.
 */
export function hookRoutes(options: HookOptions): Readonly<Record<string, Route>> {
  const secret = usableSecret(options.secret);
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
        read(incoming.headers, body, secret, Date.now() / 1000),
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
  if (!isGenuine) return { status: 401, line: 'invalid signature or timestamp' };
  if (seen.has(id)) return { status: 409, line: 'duplicate delivery' };
  remember(seen, id);
  const ref = refIn(body);
  if (!isPush || (ref !== undefined && ref !== `refs/heads/${branch}`)) {
    return { status: 200, line: 'ignored: not a push to the branch' };
  }
  return { status: 202, line: 'the repository will be polled' };
}

function remember(seen: Set<string>, id: string): void {
  seen.add(id);
  const [oldest] = seen;
  if (seen.size > maxRemembered && oldest !== undefined) seen.delete(oldest);
}

/** Returns the ref that was pushed, or undefined when the body does not name a ref. */
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
    // The signature serves as id, because X-GitHub-Delivery is not signed and no two pushes have equal bodies.
    id: signature,
    isPush: headers['x-github-event'] === 'push',
  };
}

/** Accepts the signing token of GitLab, and the older secret token, which GitLab sends in plain text. */
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
    // GitLab sends an id since 15.5. Without one, the body identifies the delivery: no two pushes have equal bodies.
    id:
      textOf(
        headers['webhook-id'] ?? headers['idempotency-key'] ?? headers['x-gitlab-event-uuid'],
      ) || createHash('sha256').update(body).digest('hex'),
    isPush: headers['x-gitlab-event'] === 'Push Hook',
  };
}

/** Verifies a delivery by Standard Webhooks; one matching signature in the header is enough. */
function isStandard(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secret: string,
  now: number,
): boolean {
  const [id, time] = [textOf(headers['webhook-id']), textOf(headers['webhook-timestamp'])];
  const signature = hmac(standardKey(secret), `${id}.${time}.`, body).toString('base64');
  const given = textOf(headers['webhook-signature']).split(' ');
  return isNow(time, now) && given.some((one) => isSame(one, `v1,${signature}`));
}

/** Returns the key of a secret in the notation of Standard Webhooks: base64 after `whsec_`, else the text itself. */
function standardKey(secret: string): Buffer {
  const [, base64] = /^whsec_(.*)$/s.exec(secret) ?? [];
  return base64 === undefined ? Buffer.from(secret) : Buffer.from(base64, 'base64');
}

/** Returns the secret. @throws Error when it has no key, so that anyone could sign with it */
function usableSecret(secret: string): string {
  if (standardKey(secret).length > 0) return secret;
  throw new Error('the webhook secret has no key: "whsec_" must precede base64');
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

/** Compares in a time that depends neither on the first difference nor on the expected length. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}

/**
 * Returns the body of a request, or undefined when the body is too large. It does not read the rest of
 * such a body.
 */
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
