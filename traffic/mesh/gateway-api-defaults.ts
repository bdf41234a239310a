/** The defaults of the Gateway API, which an API server sets before Istio reads an object. */
import { isFieldMap, type KubeObject } from '#model/object.ts';

/** The defaults of a value and of its parts. */
interface Defaults {
  /** Stands for an absent value. */
  readonly absent?: unknown;
  readonly fields?: Readonly<Record<string, Defaults>>;
  readonly items?: Defaults;
}

const group = 'gateway.networking.k8s.io';

const is = (absent: unknown): Defaults => ({ absent });
const listOf = (fields: Readonly<Record<string, Defaults>>): Defaults => ({ items: { fields } });

const ofService = { group: is(''), kind: is('Service') };
const filters = listOf({
  requestMirror: { fields: { backendRef: { fields: ofService } } },
  requestRedirect: { fields: { statusCode: is(302) } },
  cors: { fields: { maxAge: is(5) } },
});
const backendRefs = listOf({ ...ofService, weight: is(1), filters });
const parentRefs = listOf({ group: is(group), kind: is('Gateway') });
const typed = listOf({ type: is('Exact') });

const anyPath = { type: 'PathPrefix', value: '/' };
const httpMatches: Defaults = {
  ...listOf({
    path: { absent: anyPath, fields: { type: is('PathPrefix'), value: is('/') } },
    headers: typed,
    queryParams: typed,
  }),
  absent: [{}],
};
const grpcMatches = listOf({ method: { fields: { type: is('Exact') } }, headers: typed });

const from = { absent: { from: 'Same' }, fields: { from: is('Same') } };
const listeners = listOf({
  allowedRoutes: {
    absent: {},
    fields: { namespaces: from, kinds: listOf({ group: is(group) }) },
  },
  tls: {
    fields: {
      mode: is('Terminate'),
      certificateRefs: listOf({ group: is(''), kind: is('Secret') }),
    },
  },
});

const route = (rule: Readonly<Record<string, Defaults>>, rules: Defaults = {}): Defaults => ({
  fields: { parentRefs, rules: { ...rules, ...listOf({ backendRefs, ...rule }) } },
});

/** The defaults of `spec`, by kind. */
const specs: Readonly<Record<string, Defaults>> = {
  Gateway: { fields: { listeners, addresses: listOf({ type: is('IPAddress') }) } },
  HTTPRoute: route({ matches: httpMatches, filters }, is([{}])),
  GRPCRoute: route({ matches: grpcMatches, filters }),
  TLSRoute: route({}),
  TCPRoute: route({}),
};

/** Returns an object with the defaults of its fields. Only objects of the Gateway API have defaults. */
export function withGatewayApiDefaults(object: KubeObject): KubeObject {
  const defaults = specs[object.kind];
  const isOfGroup = object.apiVersion.startsWith(`${group}/`);
  if (defaults === undefined || !isOfGroup) return object;
  return { ...object, spec: filled(object['spec'], defaults) };
}

function filled(value: unknown, { absent, fields, items }: Defaults): unknown {
  const given = value === undefined ? absent : value;
  if (items !== undefined && Array.isArray(given)) return given.map((item) => filled(item, items));
  if (fields === undefined || !isFieldMap(given)) return given;
  const parts = Object.entries(fields)
    .map(([name, defaults]) => [name, filled(given[name], defaults)] as const)
    .filter(([, part]) => part !== undefined);
  return { ...given, ...Object.fromEntries(parts) };
}
