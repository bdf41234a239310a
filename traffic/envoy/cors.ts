import type { CorsPolicy, Route } from './config.ts';
import { matchesString } from './match.ts';
import { type HttpRequest, headerOf } from './request.ts';

/**
 * Reports whether Envoy's filter for CORS answers a request by itself: a preflight request from an allowed origin, or from
 * any origin if the policy says not to forward the others. Only routes that forward requests have a policy.
 */
export function isAnsweredPreflight(route: Route, request: HttpRequest): boolean {
  const policy = route.typedPerFilterConfig?.['envoy.filters.http.cors'] as CorsPolicy | undefined;
  if (policy === undefined || route.route === undefined || request.method !== 'OPTIONS') {
    return false;
  }
  const origin = headerOf(request, 'origin') ?? '';
  if (origin === '' || (headerOf(request, 'access-control-request-method') ?? '') === '') {
    return false;
  }
  const { allowOriginStringMatch = [], forwardNotMatchingPreflights = true } = policy;
  const isAllowed = allowOriginStringMatch.some((matcher) =>
    ['*', origin].some((text) => matchesString(matcher, text)),
  );
  return isAllowed || !forwardNotMatchingPreflights;
}
