/** Reads Accept headers such as `application/json;as=Table;v=v1;g=meta.k8s.io, …`. */
import { ApiError } from '../status.ts';

/** The form of an answer: the object itself, a Table for kubectl, or PartialObjectMetadata. */
export type Form = 'object' | 'table' | 'metadata';

/**
 * Returns the first form in the client's order that the sandbox can serve.
 *
 * @throws ApiError 406 when it can serve none of them
 */
export function formOf(accept: string): Form {
  for (const range of rangesOf(accept)) {
    if (range.as === 'Table') return 'table';
    if (range.as?.startsWith('PartialObjectMetadata')) return 'metadata';
    if (range.as === undefined) return 'object';
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml',
  );
}

/** Returns the version of aggregated discovery that the client prefers, or undefined. */
export function discoveryVersionOf(accept: string): 'v2' | 'v2beta1' | undefined {
  for (const { as, v } of rangesOf(accept)) {
    if (as === undefined) return undefined;
    if (as === 'APIGroupDiscoveryList' && (v === 'v2' || v === 'v2beta1')) return v;
  }
  return undefined;
}

/** Returns the parameters of each media range, in the client's order. */
function rangesOf(accept: string): Record<string, string>[] {
  return accept.split(',').map((range) => {
    const parameters = range.split(';').slice(1);
    return Object.fromEntries(
      parameters.map((parameter) => parameter.trim().split('=', 2) as [string, string]),
    );
  });
}
