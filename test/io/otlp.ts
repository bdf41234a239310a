import type { ReceivingServer } from './receiving-server.ts';

/** A span in OTLP/JSON. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: number; readonly message?: string };
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface ResourceSpans {
  readonly resource: { readonly attributes: readonly Attribute[] };
  readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
}

function resourceSpansIn({ received }: ReceivingServer): readonly ResourceSpans[] {
  const bodies = received.filter(({ path }) => path === '/v1/traces').map(({ body }) => body);
  return bodies.flatMap((body): readonly ResourceSpans[] => JSON.parse(body).resourceSpans);
}

/** Returns all spans that a collector has received. */
export function spansIn(server: ReceivingServer): readonly OtlpSpan[] {
  const scopes = resourceSpansIn(server).flatMap(({ scopeSpans }) => scopeSpans);
  return scopes.flatMap(({ spans }) => spans);
}

/** Returns the resource attributes of the sender. */
export function resourceIn(server: ReceivingServer): Readonly<Record<string, unknown>> {
  return plain(resourceSpansIn(server)[0]?.resource.attributes ?? []);
}

export function attributesOf({ attributes }: OtlpSpan): Readonly<Record<string, unknown>> {
  return plain(attributes);
}

function plain(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
