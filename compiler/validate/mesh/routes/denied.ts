import { describeObject, isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import type { AnalyzedPod } from '../analyzed.ts';
import { rootNamespace } from '../mesh-objects.ts';
import { type Condition, coversText, matcherOf } from './conditions.ts';
import { type RouteChecks, reportFault } from './faults.ts';
import { type Destination, itemsAt, namespaceOf, type RouteRule } from './routes.ts';
import { podsBehind, portsOf, serviceOn } from './services.ts';

/** A request as far as a condition of a route describes it. */
interface Described {
  /** Matcher of the path that the pod gets; undefined if any path is possible. */
  readonly uri: unknown;
  readonly method: unknown;
  /** Port of the pod; undefined if it has a name. */
  readonly port: number | undefined;
}

/** Reports AuthorizationPolicies that deny all requests of a condition of a route. */
export function reportDeniedRoutes(checks: RouteChecks): void {
  const policies = checks.objects.config('security.istio.io', 'AuthorizationPolicy');
  if (policies.length === 0) return;
  for (const { object, rules } of checks.routes) {
    for (const rule of rules.filter(
      ({ protocol, isDelegated }) => protocol === 'http' && !isDelegated,
    )) {
      for (const destination of rule.destinations) {
        const denied = rule.conditions.flatMap(({ condition }) =>
          deniedBy(checks, policies, { rule, condition, destination }),
        );
        const [by] = denied;
        // Some requests of the route pass if any of its conditions is not denied.
        if (by === undefined || denied.length < rule.conditions.length) continue;
        reportFault(checks, {
          object,
          path: destination.path,
          code: 'mesh/denied-route',
          severity: 'warning',
          words: `${by.words}, so the caller gets the status 403`,
          hint: 'allow the requests in the AuthorizationPolicy, or remove the route',
        });
      }
    }
  }
}

interface Asked {
  readonly rule: RouteRule;
  readonly condition: Condition;
  readonly destination: Destination;
}

/** Returns why all pods of a destination deny all requests of a condition; nothing if one may allow some. */
function deniedBy(
  { objects }: RouteChecks,
  policies: readonly KubeObject[],
  { rule, condition, destination }: Asked,
): readonly { readonly words: string }[] {
  const { service } = destination;
  const pods = ((service && podsBehind(objects, service)) ?? []).filter((pod) =>
    objects.hasSidecar(pod),
  );
  const [first] = service === undefined ? [] : serviceOn(objects, service);
  const ports = first === undefined ? [] : portsOf(first.object);
  const port = ports.find(({ number }) => number === (destination.port ?? ports[0]?.number));
  const request: Described = {
    uri: rule.rewritesPath ? undefined : condition['uri'],
    method: condition['method'],
    port: typeof port?.targetPort === 'number' ? port.targetPort : undefined,
  };
  const reasons = pods.map((pod) =>
    reasonOf(
      policies.filter((one) => applies(one, pod)),
      request,
    ),
  );
  const [reason] = reasons;
  return reason === undefined || reasons.includes(undefined) ? [] : [{ words: reason }];
}

function applies(policy: KubeObject, { namespace, labels }: AnalyzedPod): boolean {
  const own = namespaceOf(policy);
  const spec = Object(policy['spec']);
  if (own !== namespace && own !== rootNamespace) return false;
  if ('targetRef' in spec || 'targetRefs' in spec) return false;
  const matchLabels = valueAt(spec, ['selector', 'matchLabels']);
  return !isFieldMap(matchLabels) || matchesLabels({ matchLabels: Object(matchLabels) }, labels);
}

function reasonOf(policies: readonly KubeObject[], request: Described): string | undefined {
  const actionOf = (policy: KubeObject) => valueAt(policy, ['spec', 'action']) ?? 'ALLOW';
  const deny = policies
    .filter((policy) => actionOf(policy) === 'DENY')
    .find((policy) =>
      itemsAt(policy, ['spec', 'rules']).some((rule) => alwaysMatches(rule, request)),
    );
  if (deny !== undefined) return `${describeObject(deny)} denies every request of this route`;
  const allow = policies.filter((policy) => actionOf(policy) === 'ALLOW');
  const [first] = allow;
  const mayPass = allow.some((policy) =>
    itemsAt(policy, ['spec', 'rules']).some((rule) => mayMatch(rule, request)),
  );
  return first === undefined || mayPass
    ? undefined
    : `${describeObject(first)} allows no request of this route`;
}

/** Reports whether a rule matches all requests of a description, whatever their sender. */
function alwaysMatches(rule: unknown, { uri, method, port }: Described): boolean {
  if (!isFieldMap(rule) || 'from' in rule || 'when' in rule) return false;
  if (!('to' in rule)) return true;
  return itemsAt(rule, ['to']).some((to) => {
    const { paths, methods, ports, ...others } = Object(valueAt(to, ['operation']));
    return (
      Object.keys(others).length === 0 &&
      (paths === undefined || paths.some((path: unknown) => coversText(asMatcher(path), uri))) &&
      (methods === undefined ||
        methods.some((one: unknown) => coversText(asMatcher(one), method))) &&
      (ports === undefined || ports.includes(String(port)))
    );
  });
}

/** Reports whether a rule may match some requests of a description. A doubt is true. */
function mayMatch(rule: unknown, { uri, method, port }: Described): boolean {
  if (!isFieldMap(rule) || !('to' in rule)) return true;
  return itemsAt(rule, ['to']).some((to) => {
    const { paths, methods, ports } = Object(valueAt(to, ['operation']));
    return (
      (paths === undefined || paths.some((path: unknown) => mayOverlap(asMatcher(path), uri))) &&
      (methods === undefined ||
        methods.some((one: unknown) => mayOverlap(asMatcher(one), method))) &&
      (ports === undefined || port === undefined || ports.includes(String(port)))
    );
  });
}

/** Converts a value of an AuthorizationPolicy: a text, `prefix*`, `*suffix` or `*`. */
function asMatcher(value: unknown): Condition {
  const text = String(value);
  // Templates of paths have parts in braces.
  if (text.startsWith('*') || text.includes('{')) return { regex: text };
  return text.endsWith('*') ? { prefix: text.slice(0, -1) } : { exact: text };
}

function mayOverlap(a: unknown, b: unknown): boolean {
  const [kinds, [x = '', y = '']] = [
    [matcherOf(a)[0], matcherOf(b)[0]],
    [matcherOf(a)[1], matcherOf(b)[1]],
  ];
  if (kinds.includes(undefined) || kinds.includes('regex')) return true;
  if (kinds[0] === 'exact' && kinds[1] === 'exact') return x === y;
  if (kinds[0] === 'exact') return x.startsWith(y);
  return kinds[1] === 'exact' ? y.startsWith(x) : x.startsWith(y) || y.startsWith(x);
}
