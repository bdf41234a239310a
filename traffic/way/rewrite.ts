import { RE2JS } from 're2js';
import type { RedirectAction, Route, RouteAction } from '../envoy/config.ts';
import { type HttpRequest, hostOf, pathOf } from '../envoy/request.ts';
import type { Way } from './way.ts';

const statuses: Readonly<Record<string, number>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};

/** Returns the status and the target of a redirect. */
export function redirectionOf(
  route: Route,
  redirect: RedirectAction,
  request: HttpRequest,
): Pick<Way, 'status' | 'location'> {
  const { schemeRedirect, httpsRedirect, portRedirect, hostRedirect, responseCode = '' } = redirect;
  const scheme = schemeRedirect || (httpsRedirect ? 'https' : request.scheme);
  const port = portRedirect ? `:${portRedirect}` : '';
  const host = hostRedirect || keptHost(request, scheme, port);
  const path = redirectedPath(route, redirect, request);
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return {
    status: statuses[responseCode] ?? 301,
    location: `${scheme}://${host}${port}${rooted}`,
  };
}

/**
 * Returns the host of the request. Envoy removes its port if the redirect sets another port, or if it was the
 * default port of another scheme.
 */
function keptHost({ authority, scheme }: HttpRequest, newScheme: string, newPort: string): string {
  const isOldDefault = authority.endsWith(scheme === 'https' ? ':443' : ':80');
  const loses = newPort !== '' || (newScheme !== scheme && isOldDefault);
  return loses ? hostOf(authority) : authority;
}

/**
 * Returns the path of a redirect with its query. An empty path counts as absent, and a path without a query keeps
 * that of the request.
 */
function redirectedPath(route: Route, redirect: RedirectAction, request: HttpRequest): string {
  const { pathRedirect = '', stripQuery = false } = redirect;
  if (pathRedirect.includes('?')) return pathRedirect;
  const path =
    pathRedirect === ''
      ? (rewrittenPath(route, redirect, request) ?? request.path)
      : `${pathRedirect}${/\?.*/.exec(request.path)?.[0] ?? ''}`;
  return stripQuery ? path.replace(/\?.*$/, '') : path;
}

/** Returns the path that an action changes a request's path to; undefined if it does not change it. */
export function rewrittenPath(
  route: Route,
  { prefixRewrite, regexRewrite }: Pick<RouteAction, 'prefixRewrite' | 'regexRewrite'>,
  request: HttpRequest,
): string | undefined {
  if (prefixRewrite) return withPrefix(route, prefixRewrite, request);
  const pattern = regexRewrite?.pattern?.regex;
  if (pattern === undefined) return undefined;
  const path = pathOf(request);
  const substitution = (regexRewrite?.substitution ?? '').replace(/\\(\d)/g, '$$$1');
  const changed = RE2JS.compile(pattern).matcher(path).replaceAll(substitution);
  return `${changed}${request.path.slice(path.length)}`;
}

/** Returns the path with the part that the route matched replaced. */
function withPrefix({ match = {} }: Route, prefix: string, request: HttpRequest): string {
  const matched = match.prefix ?? match.pathSeparatedPrefix ?? match.path ?? pathOf(request);
  return `${prefix}${request.path.slice(matched.length)}`;
}
