import type { Route, RouteConfiguration, VirtualHost } from './config.ts';
import { matchesRoute } from './match.ts';
import { type HttpRequest, hostOf } from './request.ts';

/**
 * Returns the virtual host for an authority: the exact domain, else the longest `*suffix`, else the longest `prefix*`,
 * else `*`. Istio's proxies ignore the port of the authority, unless a domain names it.
 */
export function virtualHostFor(
  { virtualHosts = [] }: RouteConfiguration,
  authority: string,
): VirtualHost | undefined {
  const given = authority.toLowerCase();
  const names = new Set([given, hostOf(given)]);
  let best: { readonly rank: number; readonly host: VirtualHost } | undefined;
  for (const host of virtualHosts) {
    for (const domain of host.domains ?? []) {
      const rank = Math.max(...[...names].map((name) => rankOf(domain.toLowerCase(), name)));
      if (rank > (best?.rank ?? 0)) best = { rank, host };
    }
  }
  return best?.host;
}

/** The ranks of the three kinds of domains lie further apart than the lengths of names. */
const step = 10_000;

function rankOf(domain: string, name: string): number {
  if (domain === name) return 3 * step;
  if (domain === '*') return 1;
  if (domain.startsWith('*')) {
    const suffix = domain.slice(1);
    return name.length > suffix.length && name.endsWith(suffix) ? 2 * step + suffix.length : 0;
  }
  if (!domain.endsWith('*')) return 0;
  const prefix = domain.slice(0, -1);
  return name.length > prefix.length && name.startsWith(prefix) ? step + prefix.length : 0;
}

/** Returns the first route of a virtual host that matches a request. */
export function routeFor({ routes = [] }: VirtualHost, request: HttpRequest): Route | undefined {
  return routes.find(({ match = {} }) => matchesRoute(match, request));
}
