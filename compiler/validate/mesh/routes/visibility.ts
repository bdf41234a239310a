import { describeObject, type KubeObject, valueAt } from '#model/object.ts';
import { matchesLabels } from '#model/selector.ts';
import { rootNamespace } from '../mesh-objects.ts';
import { type RouteChecks, reportFault } from './faults.ts';
import { gatewaySelector, overlap } from './gateway-hosts.ts';
import { type Destination, itemsAt, namespaceOf, type RouteObject, textAt } from './routes.ts';
import { fullName, type ServiceName, serviceNameOf } from './services.ts';

/**
 * Reports subsets of routes whose DestinationRule the pods of a Gateway or callers in the mesh do not see, and DestinationRules that
 * no caller sees.
 */
export function reportInvisibleRules(checks: RouteChecks): void {
  const rules = checks.objects.config('networking.istio.io', 'DestinationRule');
  const inMesh = callerNamespaces(checks);
  for (const route of checks.routes) {
    const callers = [...gatewayNamespaces(checks, route), ...meshCallers(route, inMesh)];
    const destinations = route.rules.flatMap((rule) => rule.destinations);
    for (const destination of destinations)
      reportSubset(checks, route, destination, { rules, callers });
  }
  for (const rule of rules) reportSidecar(checks, rule);
}

/** Pods whose proxies follow a route. */
interface Callers {
  readonly namespace: string;
  /** How messages name them. */
  readonly name: string;
  /** Reports whether a Sidecar lets the pods reach a Service; absent for the pods of gateways, because no Sidecar limits them. */
  readonly reach?: (service: ServiceName) => boolean;
}

/** Returns the namespaces of pods with sidecars. */
function callerNamespaces({ objects }: RouteChecks): readonly Callers[] {
  const sidecars = objects.config('networking.istio.io', 'Sidecar').filter(isGeneral);
  const pods = Map.groupBy(objects.mesh.pods, ({ namespace }) => namespace);
  const callers = [...pods].filter(([, own]) => own.some((pod) => objects.hasSidecar(pod)));
  return callers.map(([namespace]) => {
    const own = sidecars.filter((one) => namespaceOf(one) === namespace);
    const limits =
      own.length > 0 ? own : sidecars.filter((one) => namespaceOf(one) === rootNamespace);
    return {
      namespace,
      name: 'callers',
      reach: (service) => limits.length === 0 || limits.some((one) => reaches(one, service)),
    };
  });
}

/** Returns the callers in the mesh that follow a route. A VirtualService without hosts only completes others. */
function meshCallers(
  { object, hosts, isForMesh }: RouteObject,
  inMesh: readonly Callers[],
): readonly Callers[] {
  if (!isForMesh || hosts.length === 0) return [];
  return inMesh.filter(({ namespace }) => isExported(object, namespace));
}

/** Returns the namespaces of the pods of a route's Gateways. */
function gatewayNamespaces(
  { objects }: RouteChecks,
  { gateways }: RouteObject,
): readonly Callers[] {
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
  const namespaces = [...new Set(pods.map(({ namespace }) => namespace))];
  return namespaces.map((namespace) => ({ namespace, name: 'gateway' }));
}

function reportSubset(
  checks: RouteChecks,
  { object }: RouteObject,
  { service, subset, path }: Destination,
  given: { readonly rules: readonly KubeObject[]; readonly callers: readonly Callers[] },
): void {
  if (service === undefined || subset === undefined) return;
  const defining = given.rules.filter(
    (rule) =>
      isAbout(rule, service) &&
      itemsAt(rule, ['spec', 'subsets']).some((one) => textAt(one, ['name']) === subset),
  );
  const [first] = defining;
  const caller = given.callers.find(
    ({ namespace, reach }) =>
      (reach?.(service) ?? true) && !defining.some((rule) => isVisible(rule, namespace, service)),
  );
  if (first === undefined || caller === undefined) return;
  reportFault(checks, {
    object,
    path: [...path, 'subset'],
    code: 'mesh/invisible-rule',
    severity: 'warning',
    words:
      caller.name === 'gateway'
        ? `the gateway in namespace ${caller.namespace} does not see ${describeObject(first)}, which defines subset ${subset}, so every request of this route fails`
        : `callers in namespace ${caller.namespace} do not see ${describeObject(first)}, which defines subset ${subset}, so every request of this route from there fails`,
    hint: `put the DestinationRule into the namespace of the Service, and let its exportTo contain the namespace of the ${caller.name}`,
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
  const isNear = own === caller || own === service.namespace || own === rootNamespace;
  return isNear && isExported(rule, caller);
}

/** Reports whether proxies of a namespace see an object by its `exportTo`. */
function isExported(object: KubeObject, caller: string): boolean {
  const exportTo = itemsAt(object, ['spec', 'exportTo']).map(String);
  if (exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(caller)) return true;
  return namespaceOf(object) === caller && exportTo.includes('.');
}

/** Reports whether a Sidecar applies to all workloads of its namespace. */
function isGeneral(sidecar: KubeObject): boolean {
  return valueAt(sidecar, ['spec', 'workloadSelector']) === undefined;
}

/** Reports a DestinationRule for a Service of another namespace that the Sidecar of its own namespace hides from all callers. */
function reportSidecar(checks: RouteChecks, rule: KubeObject): void {
  const own = namespaceOf(rule);
  const service = serviceNameOf(textAt(rule, ['spec', 'host']) ?? '', own);
  if (service === undefined || service.namespace === own || own === rootNamespace) return;
  const sidecars = checks.objects
    .config('networking.istio.io', 'Sidecar')
    .filter((one) => namespaceOf(one) === own);
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
