import { gvkOf, isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import type { MeshObjects } from '../mesh-objects.ts';
import { type Condition, conditionOfHttpRoute } from './conditions.ts';
import { type ServiceName, serviceNameOf } from './services.ts';

/** Keys of a field in an object. */
export type Path = readonly string[];

/** The rules of one VirtualService, or of one route of the Gateway API. */
export interface RouteObject {
  readonly object: KubeObject;
  readonly hosts: readonly { readonly host: string; readonly path: Path }[];
  /** Gateways as `namespace/name`, in the order of the object. */
  readonly gateways: readonly string[];
  /** Whether the rules apply to callers in the mesh. */
  readonly isForMesh: boolean;
  readonly rules: readonly RouteRule[];
}

export interface RouteRule {
  readonly path: Path;
  readonly protocol: 'http' | 'tcp' | 'tls';
  /** Conditions, any of which suffices; at least one. A condition without fields always holds. */
  readonly conditions: readonly { readonly condition: Condition; readonly path: Path }[];
  readonly destinations: readonly Destination[];
  /** Whether pods get another path than the caller sent. */
  readonly rewritesPath: boolean;
  /** Whether another VirtualService adds conditions. */
  readonly isDelegated: boolean;
}

export interface Destination {
  readonly path: Path;
  readonly host: string;
  /** Absent if the host is not the name of a Service. */
  readonly service: ServiceName | undefined;
  readonly port: number | undefined;
  readonly subset: string | undefined;
  readonly weight: unknown;
}

/** Returns the routes of the configuration of a mesh. */
export function routesOf({ mesh }: MeshObjects): readonly RouteObject[] {
  return mesh.config.flatMap((object) => {
    const { group, kind } = gvkOf(object);
    if (group === 'networking.istio.io' && kind === 'VirtualService') {
      return [ofVirtualService(object)];
    }
    const isRoute = kind === 'HTTPRoute' || kind === 'GRPCRoute';
    return group === 'gateway.networking.k8s.io' && isRoute ? [ofGatewayApi(object)] : [];
  });
}

export function itemsAt(value: unknown, path: Path): readonly unknown[] {
  const items = valueAt(value, path);
  return Array.isArray(items) ? items : [];
}

export function textAt(value: unknown, path: Path): string | undefined {
  const text = valueAt(value, path);
  return typeof text === 'string' ? text : undefined;
}

export function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? 'default';
}

function ofVirtualService(object: KubeObject): RouteObject {
  const namespace = namespaceOf(object);
  const names = itemsAt(object, ['spec', 'gateways']).map(String);
  return {
    object,
    hosts: hostsAt(object, 'hosts'),
    gateways: names
      .filter((name) => name !== 'mesh')
      .map((name) => (name.includes('/') ? name : `${namespace}/${name}`)),
    isForMesh: names.length === 0 || names.includes('mesh'),
    rules: (['http', 'tls', 'tcp'] as const).flatMap((protocol) =>
      itemsAt(object, ['spec', protocol]).map((rule, index) =>
        virtualServiceRule(object, rule, { protocol, index }),
      ),
    ),
  };
}

function hostsAt(object: KubeObject, field: string): RouteObject['hosts'] {
  return itemsAt(object, ['spec', field]).map((host, index) => ({
    host: String(host),
    path: ['spec', field, String(index)],
  }));
}

function virtualServiceRule(
  object: KubeObject,
  rule: unknown,
  at: { readonly protocol: RouteRule['protocol']; readonly index: number },
): RouteRule {
  const path = ['spec', at.protocol, String(at.index)];
  const matches = itemsAt(rule, ['match']);
  const conditions = matches.filter(isFieldMap).map((condition, match) => ({
    condition,
    path: [...path, 'match', String(match)],
  }));
  return {
    path,
    protocol: at.protocol,
    conditions: matches.length === 0 ? [{ condition: {}, path }] : conditions,
    destinations: itemsAt(rule, ['route']).map((route, index) => {
      const host = textAt(route, ['destination', 'host']) ?? '';
      const port = valueAt(route, ['destination', 'port', 'number']);
      return {
        path: [...path, 'route', String(index), 'destination'],
        host,
        service: serviceNameOf(host, namespaceOf(object)),
        port: typeof port === 'number' ? port : undefined,
        subset: textAt(route, ['destination', 'subset']),
        weight: valueAt(route, ['weight']),
      };
    }),
    rewritesPath: valueAt(rule, ['rewrite']) !== undefined,
    isDelegated: valueAt(rule, ['delegate']) !== undefined,
  };
}

function ofGatewayApi(object: KubeObject): RouteObject {
  const parents = itemsAt(object, ['spec', 'parentRefs']);
  const isGateway = (parent: unknown) => (valueAt(parent, ['kind']) ?? 'Gateway') === 'Gateway';
  return {
    object,
    hosts: hostsAt(object, 'hostnames'),
    gateways: parents
      .filter(isGateway)
      .map(
        (parent) =>
          `${textAt(parent, ['namespace']) ?? namespaceOf(object)}/${textAt(parent, ['name'])}`,
      ),
    isForMesh: parents.some((parent) => valueAt(parent, ['kind']) === 'Service'),
    rules: itemsAt(object, ['spec', 'rules']).map((rule, index) =>
      gatewayApiRule(object, rule, index),
    ),
  };
}

function gatewayApiRule(object: KubeObject, rule: unknown, index: number): RouteRule {
  const path = ['spec', 'rules', String(index)];
  const matches = itemsAt(rule, ['matches']).map((match, at) => ({
    condition: conditionOfHttpRoute(match),
    path: [...path, 'matches', String(at)],
  }));
  const filters = itemsAt(rule, ['filters']);
  return {
    path,
    protocol: 'http' as const,
    conditions: matches.length === 0 ? [{ condition: {}, path }] : matches,
    destinations: itemsAt(rule, ['backendRefs']).map((backend, at) => {
      const isService = (valueAt(backend, ['kind']) ?? 'Service') === 'Service';
      const name = textAt(backend, ['name']) ?? '';
      const namespace = textAt(backend, ['namespace']) ?? namespaceOf(object);
      const port = valueAt(backend, ['port']);
      return {
        path: [...path, 'backendRefs', String(at)],
        host: name,
        service: isService ? { namespace, name } : undefined,
        port: typeof port === 'number' ? port : undefined,
        subset: undefined,
        // Weights of the Gateway API are shares of their sum.
        weight: undefined,
      };
    }),
    rewritesPath: filters.some((filter) => valueAt(filter, ['type']) === 'URLRewrite'),
    isDelegated: false,
  };
}
