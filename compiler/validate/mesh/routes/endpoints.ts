import { type RouteChecks, reportFault } from './faults.ts';
import { podsBehind } from './services.ts';

/** Reports destinations whose Services exist but have no pod on any cluster of the mesh. */
export function reportNoEndpoint(checks: RouteChecks): void {
  const { objects, routes } = checks;
  for (const { object, rules } of routes) {
    for (const { service, path } of rules.flatMap((rule) => rule.destinations)) {
      const pods = service && podsBehind(objects, service);
      if (service === undefined || pods === undefined || pods.length > 0) continue;
      if (objects.mayHaveOtherPods(service.namespace)) continue;
      reportFault(checks, {
        object,
        path,
        code: 'mesh/no-endpoint',
        severity: 'warning',
        words: `Service ${service.namespace}/${service.name} has no pod on any cluster of the mesh, so every request of this route fails`,
        hint: 'give replicas to a workload that the selector matches, place it on a cluster with the Service, or remove the route',
      });
    }
  }
}
