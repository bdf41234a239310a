import type { IncomingMessage } from 'node:http';
import type { ReadyPod } from './pods.ts';
import type { Call, PodAnswer } from './servers.ts';

/** A part of the page: what a Service answered, or the error that the page shows instead. */
export type Part<T> = T | { readonly error: string };

export interface Review {
  readonly version: string;
  readonly cluster: string;
  /** Absent in version v1, which shows no stars. */
  readonly ratings?: Part<object>;
}

/** The content of `/productpage`. */
export interface Page {
  readonly details: Part<object>;
  readonly reviews: Part<Review>;
}

/** Headers that Bookinfo's services pass on. */
const passedOn = ['end-user', 'user-agent', 'x-request-id'];

/** Does what the pods of Bookinfo do: the page calls details and reviews, and the reviews with stars call ratings. */
export async function bookinfoPod(
  pod: ReadyPod,
  { headers }: IncomingMessage,
  call: Call,
): Promise<PodAnswer> {
  const { app = '', version = '' } = pod.labels;
  const own = { app, version, cluster: pod.cluster };
  const passed = Object.fromEntries(
    passedOn.flatMap((name) =>
      typeof headers[name] === 'string' ? [[name, headers[name]] as const] : [],
    ),
  );
  if (app === 'productpage') {
    const details = await part(call('details', '/details/0', passed));
    const reviews = await part(call('reviews', '/reviews/0', passed));
    return { status: 200, body: { details, reviews } };
  }
  if (app !== 'reviews' || version === 'v1') return { status: 200, body: own };
  const ratings = await part(call('ratings', '/ratings/0', passed));
  return { status: 200, body: { ...own, ratings } };
}

async function part(answer: Promise<unknown>): Promise<Part<object>> {
  try {
    return (await answer) as object;
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Reports whether a pod of Bookinfo sends requests, so that it needs an Envoy. */
export function isBookinfoCaller({ labels: { app, version } }: ReadyPod): boolean {
  return app === 'productpage' || (app === 'reviews' && version !== 'v1');
}
