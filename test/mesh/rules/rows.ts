import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import type { KubeObject } from '#model/object.ts';

const folder = join(import.meta.dirname, '../fixtures/rules');

/** One row of the matching rules: configuration, and requests that a real Envoy has answered. */
export interface RuleRow {
  readonly name: string;
  readonly objects: readonly KubeObject[];
  readonly requests: readonly RuleRequest[];
}

export interface RuleRequest {
  /** `gateway`, or a caller by its labels `app` and `version`, such as `caller v1`. */
  readonly from: string;
  /** The Host header, with or without a port. */
  readonly host: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How often the request is sent; 1 unless shares are measured. */
  readonly times: number;
}

interface GivenRow {
  readonly name: string;
  readonly http?: readonly unknown[];
  readonly rules?: readonly unknown[];
  readonly objects?: readonly GivenObject[];
  readonly requests: readonly Partial<RuleRequest>[];
}

interface GivenObject {
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  /** Keeps the name, because another object refers to it. */
  readonly literal?: true;
  readonly spec?: object;
}

const apiVersions: Readonly<Record<string, string>> = {
  Namespace: 'v1',
  VirtualService: 'networking.istio.io/v1',
  ServiceEntry: 'networking.istio.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  GRPCRoute: 'gateway.networking.k8s.io/v1',
  ReferenceGrant: 'gateway.networking.k8s.io/v1',
};

/** Returns the workloads, Services and gateways that all rows share. */
export function baseObjects(): readonly KubeObject[] {
  return loadAll(readFileSync(join(folder, 'base.yaml'), 'utf8')) as KubeObject[];
}

/** Returns all rows, with their shorthands expanded. */
export function ruleRows(): readonly RuleRow[] {
  return [
    ...rowsOf('virtual-services.yaml', 'example.com', subset),
    ...rowsOf('http-routes.yaml', 'example.net', backend),
  ];
}

/** Reports whether a row has objects of the Gateway API. */
export function usesGatewayApi({ objects }: Pick<RuleRow, 'objects'>): boolean {
  return objects.some(({ apiVersion }) => apiVersion.startsWith('gateway.networking.k8s.io/'));
}

/** Returns what a route to a version of echo is in a kind of route. */
type Route = (version: string) => Readonly<Record<string, unknown>>;

const subset: Route = (version) => ({
  route: [{ destination: { host: 'echo', subset: version, port: { number: 80 } } }],
});

const backend: Route = (version) => ({ backendRefs: [{ name: `echo-${version}`, port: 80 }] });

function rowsOf(file: string, domain: string, route: Route): RuleRow[] {
  const given = load(readFileSync(join(folder, file), 'utf8')) as readonly GivenRow[];
  return given.map((row, index) => {
    const id = `row-${String(index + 1).padStart(2, '0')}`;
    const host = `${id}.${domain}`;
    const filled = fill(row, host, route) as GivenRow;
    const objects = filled.objects ?? [ownObject(filled, host)];
    return {
      name: row.name,
      objects: objects.map((object) => objectOf(object, id)),
      requests: filled.requests.map((request) => ({
        from: 'gateway',
        host,
        method: 'GET',
        path: '/',
        headers: {},
        times: 1,
        ...request,
      })),
    };
  });
}

function ownObject({ http, rules }: GivenRow, host: string): GivenObject {
  if (http !== undefined) {
    return { kind: 'VirtualService', spec: { hosts: [host], gateways: ['rules'], http } };
  }
  return {
    kind: 'HTTPRoute',
    spec: { parentRefs: [{ name: 'routes' }], hostnames: [host], rules },
  };
}

function objectOf(given: GivenObject, id: string): KubeObject {
  const { kind, namespace = 'default', spec } = given;
  const name = [...(given.literal ? [] : [id]), ...(given.name ? [given.name] : [])].join('-');
  return {
    apiVersion: apiVersions[kind] ?? '',
    kind,
    metadata: { name, ...(kind !== 'Namespace' && { namespace }) },
    ...(spec && { spec }),
  };
}

/** Replaces HOST in all texts, and `route: v1` or `backendRefs: v1` by the route to that version. */
function fill(value: unknown, host: string, route: Route): unknown {
  if (typeof value === 'string') return value.replaceAll('HOST', host);
  if (Array.isArray(value)) return value.map((item) => fill(item, host, route));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const isRoute = (key === 'route' || key === 'backendRefs') && typeof item === 'string';
      return isRoute ? Object.entries(route(item)) : [[key, fill(item, host, route)]];
    }),
  );
}
