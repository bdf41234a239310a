import type { FilterChain, FilterChainMatch, Listener } from './config.ts';

/** A connection as a listener sees it. */
export interface Connection {
  /** The address that the client asked for; absent if only the port is known. */
  readonly address?: string | undefined;
  readonly port: number;
  /** The server name of a TLS connection. */
  readonly serverName?: string | undefined;
  readonly transport: 'raw_buffer' | 'tls';
  /** What the listener finds out about the protocol, such as `http/1.1`. */
  readonly application?: string | undefined;
}

/** Returns how specifically a chain matches in one respect; undefined if it does not match. */
type Criterion = (match: FilterChainMatch, connection: Connection) => number | undefined;

/** Lists the criteria in Envoy's order. Each leaves only the most specific chains to the next one. */
const criteria: readonly Criterion[] = [
  byPort,
  byAddress,
  byServerName,
  byTransport,
  byApplication,
];

/** Returns the filter chain for a connection; the listener's default chain if no other matches. */
export function filterChainFor(
  { filterChains = [], defaultFilterChain }: Listener,
  connection: Connection,
): FilterChain | undefined {
  let chains = filterChains;
  for (const criterion of criteria) {
    const ranked = chains.flatMap((chain) => {
      const rank = criterion(chain.filterChainMatch ?? {}, connection);
      return rank === undefined ? [] : [{ chain, rank }];
    });
    const best = Math.max(...ranked.map(({ rank }) => rank));
    chains = ranked.filter(({ rank }) => rank === best).map(({ chain }) => chain);
  }
  return chains[0] ?? defaultFilterChain;
}

function byPort({ destinationPort }: FilterChainMatch, { port }: Connection): number | undefined {
  if (destinationPort === undefined) return 0;
  return destinationPort === port ? 1 : undefined;
}

function byAddress({ prefixRanges = [] }: FilterChainMatch, { address }: Connection) {
  if (prefixRanges.length === 0) return 0;
  const lengths = prefixRanges
    .filter((range) => isWithin(address, range.addressPrefix ?? '', range.prefixLen ?? 0))
    .map(({ prefixLen = 0 }) => prefixLen + 1);
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}

function isWithin(address: string | undefined, prefix: string, length: number): boolean {
  const [given, wanted] = [bitsOf(address ?? ''), bitsOf(prefix)];
  if (given === undefined || wanted === undefined) return address === prefix;
  return given.slice(0, length) === wanted.slice(0, length);
}

/** Returns the 32 bits of an IPv4 address as a text; undefined for anything else. */
function bitsOf(address: string): string | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  return parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
}

function byServerName({ serverNames = [] }: FilterChainMatch, { serverName }: Connection) {
  if (serverNames.length === 0) return 0;
  const given = serverName?.toLowerCase() ?? '';
  const lengths = serverNames.flatMap((name) => {
    if (given !== '' && name === given) return [10_000];
    const suffix = name.startsWith('*') ? name.slice(1) : undefined;
    return suffix !== undefined && given.endsWith(suffix) ? [suffix.length + 1] : [];
  });
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}

function byTransport({ transportProtocol }: FilterChainMatch, { transport }: Connection) {
  if (transportProtocol === undefined || transportProtocol === '') return 0;
  return transportProtocol === transport ? 1 : undefined;
}

function byApplication({ applicationProtocols = [] }: FilterChainMatch, connection: Connection) {
  if (applicationProtocols.length === 0) return 0;
  const { application } = connection;
  const isListed = application !== undefined && applicationProtocols.includes(application);
  return isListed ? 1 : undefined;
}
