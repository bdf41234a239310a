/**
 * The VirtualServices of a part of a mesh. Istio generates the routes of a host from the VirtualServices that have this host, so
 * that those of other hosts need not be read.
 */
import { gvkOf, type KubeObject, keyOf, type ObjectKey, valueAt } from '#model/object.ts';
import { covers, textsAt } from './host-names.ts';

/** The VirtualServices that a part has besides those that may concern every host, by their keys. */
export type Rules = ReadonlySet<ObjectKey>;

/** First labels of host names: `reviews` for `reviews`, `reviews.default` and `reviews.example.com`, which may be one host. */
export type HostLabels = ReadonlySet<string>;

/** Returns the first label of a host. */
export function hostLabel(host: string): string {
  return host.toLowerCase().replace(/[.:].*$/s, '');
}

/** Returns the labels of the hosts of a VirtualService. */
export function hostLabels(rule: KubeObject): readonly string[] {
  return textsAt(rule['spec'], 'hosts').map(hostLabel);
}

export function isVirtualService(object: KubeObject): boolean {
  return object.kind === 'VirtualService' && gvkOf(object).group === 'networking.istio.io';
}

/**
 * Returns the VirtualServices whose hosts have one of the labels. If none of them is for a server of a Gateway, this function adds another
 * one for the server, because Istio generates a default host for a server without VirtualServices.
 */
export function rulesOf(config: readonly KubeObject[], labels: HostLabels): Rules {
  const all = config.filter(isAboutHosts);
  const kept = all.filter((rule) => hostLabels(rule).some((label) => labels.has(label)));
  const others = config.filter((object) => isVirtualService(object) && !isAboutHosts(object));
  for (const server of serversIn(config)) {
    const isFor = (rule: KubeObject) => servesRule(server, rule);
    const first = [...kept, ...others].some(isFor) ? undefined : all.find(isFor);
    if (first !== undefined) kept.push(first);
  }
  return new Set(kept.map(keyOf));
}

/** Returns a configuration without the VirtualServices that concern only hosts outside of a part. */
export function configOf(config: readonly KubeObject[], rules: Rules): readonly KubeObject[] {
  return config.filter((object) => !isAboutHosts(object) || rules.has(keyOf(object)));
}

/** Reports whether an object is a VirtualService for requests of HTTP to some hosts alone. */
function isAboutHosts(object: KubeObject): boolean {
  if (!isVirtualService(object)) return false;
  const hosts = textsAt(object['spec'], 'hosts');
  const http = valueAt(object, ['spec', 'http']);
  const hasOthers = ['tls', 'tcp'].some((field) => valueAt(object, ['spec', field]) !== undefined);
  return (
    hosts.length > 0 &&
    !hasOthers &&
    !hosts.some((host) => host.startsWith('*')) &&
    Array.isArray(http) &&
    !http.some((rule) => valueAt(rule, ['delegate']) !== undefined)
  );
}

interface GatewayServer {
  /** The Gateway as VirtualServices name it. */
  readonly gateway: string;
  readonly hosts: readonly string[];
}

function serversIn(config: readonly KubeObject[]): readonly GatewayServer[] {
  return config.flatMap((object) => {
    if (object.kind !== 'Gateway') return [];
    const servers = valueAt(object, ['spec', 'servers']);
    const { namespace = 'default', name } = object.metadata;
    return (Array.isArray(servers) ? servers : []).map((server) => ({
      gateway: `${namespace}/${name}`,
      hosts: textsAt(server, 'hosts').map((host) => host.replace(/^[^/]*\//, '')),
    }));
  });
}

function servesRule({ gateway, hosts }: GatewayServer, { metadata, spec }: KubeObject): boolean {
  const { namespace = 'default' } = metadata;
  const isBound = textsAt(spec, 'gateways').some(
    (name) => (name.includes('/') ? name : `${namespace}/${name}`) === gateway,
  );
  return (
    isBound && textsAt(spec, 'hosts').some((host) => hosts.some((pattern) => covers(pattern, host)))
  );
}
