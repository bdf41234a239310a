import { describeObject, type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import { rootNamespace } from '../mesh-objects.ts';
import { type RouteChecks, reportFault } from './faults.ts';
import { gatewaySelector, overlap } from './gateway-hosts.ts';
import { type Destination, itemsAt, namespaceOf, type RouteObject, textAt } from './routes.ts';
import { fullName, type ServiceName, serviceNameOf } from './services.ts';

/** Reports subsets of routes whose DestinationRule the pods of a Gateway do not see, and DestinationRules that no caller sees. */
export function reportInvisibleRules(checks: RouteChecks): void {
  const rules = checks.objects.config('networking.istio.io', 'DestinationRule');
  for (const route of checks.routes) {
    const callers = gatewayNamespaces(checks, route);
    const destinations = route.rules.flatMap((rule) => rule.destinations);
    for (const destination of destinations)
      reportSubset(checks, route, destination, { rules, callers });
  }
  for (const rule of rules) reportSidecar(checks, rule);
}

/** Returns the namespaces of the pods of a route's Gateways. */
function gatewayNamespaces({ objects }: RouteChecks, { gateways }: RouteObject): readonly string[] {
  const known = objects
    .config('networking.istio.io', 'Gateway')
    .filter((one) => gateways.includes(`${namespaceOf(one)}/${one.metadata.name}`));
  const pods = known.flatMap((gateway) => {
    const matchLabels = gatewaySelector(gateway);
    const selects = Object.keys(matchLabels).length > 0;
    return objects.mesh.pods.filter(
      ({ labels }) => selects && matchesLabels({ matchLabels }, labels),
    );
  });
  return [...new Set(pods.map(({ namespace }) => namespace))];
}

function reportSubset(
  checks: RouteChecks,
  { object }: RouteObject,
  { service, subset, path }: Destination,
  given: { readonly rules: readonly KubeObject[]; readonly callers: readonly string[] },
): void {
  if (service === undefined || subset === undefined) return;
  const defining = given.rules.filter(
    (rule) =>
      isAbout(rule, service) &&
      itemsAt(rule, ['spec', 'subsets']).some((one) => textAt(one, ['name']) === subset),
  );
  const [first] = defining;
  const caller = given.callers.find(
    (namespace) => !defining.some((rule) => isVisible(rule, namespace, service)),
  );
  if (first === undefined || caller === undefined) return;
  reportFault(checks, {
    object,
    path: [...path, 'subset'],
    code: 'mesh/invisible-rule',
    severity: 'warning',
    words: `the gateway in namespace ${caller} does not see ${describeObject(first)}, which defines subset ${subset}, so every request of this route fails`,
    hint: `put the DestinationRule into the namespace of the Service, and let its exportTo contain the namespace of the gateway`,
  });
}

function isAbout(rule: KubeObject, service: ServiceName): boolean {
  const host = textAt(rule, ['spec', 'host']) ?? '';
  const named = serviceNameOf(host, namespaceOf(rule));
  if (named === undefined) return host.startsWith('*') && overlap(host, fullName(service));
  return fullName(named) === fullName(service);
}

/** Istio looks in the namespaces of the caller and of the Service, and in its root namespace. */
function isVisible(rule: KubeObject, caller: string, service: ServiceName): boolean {
  const own = namespaceOf(rule);
  const exportTo = itemsAt(rule, ['spec', 'exportTo']).map(String);
  const isExported = exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(caller);
  if (own === caller) return isExported || exportTo.includes('.');
  return isExported && (own === service.namespace || own === rootNamespace);
}

/** Reports a DestinationRule for a Service of another namespace that the Sidecar of its own namespace hides from all callers. */
function reportSidecar(checks: RouteChecks, rule: KubeObject): void {
  const own = namespaceOf(rule);
  const service = serviceNameOf(textAt(rule, ['spec', 'host']) ?? '', own);
  if (service === undefined || service.namespace === own || own === rootNamespace) return;
  const sidecars = checks.objects
    .config('networking.istio.io', 'Sidecar')
    .filter((one) => namespaceOf(one) === own);
  const isGeneral = (one: KubeObject) => valueAt(one, ['spec', 'workloadSelector']) === undefined;
  const [general] = sidecars.filter(isGeneral);
  if (general === undefined || sidecars.some((one) => reaches(one, service))) return;
  reportFault(checks, {
    object: rule,
    path: ['spec', 'host'],
    code: 'mesh/invisible-rule',
    severity: 'warning',
    words: `no caller uses this rule: ${describeObject(general)} hides the host from the callers in namespace ${own}`,
    hint: 'add the host to the egress hosts of the Sidecar, or remove the DestinationRule',
  });
}

function reaches(sidecar: KubeObject, service: ServiceName): boolean {
  const egress = itemsAt(sidecar, ['spec', 'egress']);
  if (egress.length === 0) return true;
  return egress
    .flatMap((one) => itemsAt(one, ['hosts']).map(String))
    .some((host) => {
      const [namespace = '', name = ''] = host.split('/');
      const isThere = namespace === '*' || namespace === service.namespace;
      return isThere && overlap(name, fullName(service));
    });
}
