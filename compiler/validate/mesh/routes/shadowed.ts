import { describeObject } from '#model/object.ts';
import { fieldName } from '#model/pointer.ts';
import { covers, isCatchAll } from './conditions.ts';
import { type RouteChecks, reportFault } from './faults.ts';
import type { RouteObject, RouteRule } from './routes.ts';

/**
 * Reports rules of VirtualServices that no request reaches, because an earlier rule of the same object takes all of them.
 * The rules of the Gateway API have no such order.
 *
 * @param isKnown - reports whether Istio's analyzers found the same of a rule, by its pointer
 */
export function reportShadowed(
  checks: RouteChecks,
  isKnown: (object: RouteObject['object'], path: RouteRule['path']) => boolean,
): void {
  for (const { object, rules } of checks.routes.filter(isVirtualService)) {
    rules.forEach((rule, index) => {
      const earlier = rules
        .slice(0, index)
        .filter(({ protocol, isDelegated }) => protocol === rule.protocol && !isDelegated);
      const by = rule.conditions.map(({ condition }) =>
        earlier.find((one) => one.conditions.some((other) => covers(other.condition, condition))),
      );
      const [first] = by;
      if (first === undefined || by.includes(undefined) || isKnown(object, rule.path)) return;
      reportFault(checks, {
        object,
        path: rule.path,
        code: 'mesh/shadowed-route',
        severity: 'warning',
        words: `no request reaches this rule, because ${fieldName(first.path)} takes all of its requests`,
        hint: 'move the rule before the other one, or remove it',
      });
    });
  }
}

/**
 * Reports VirtualServices of one host on one Gateway with rules for the same requests. Istio joins their rules in the
 * order in which the objects were created. (Its analyzer reports those for callers in the mesh.)
 */
export function reportDuplicateHosts(checks: RouteChecks): void {
  const all = checks.routes.filter(isVirtualService);
  all.forEach((second, index) => {
    for (const first of all.slice(0, index)) {
      const gateway = second.gateways.find((name) => first.gateways.includes(name));
      const host = second.hosts.find((one) => first.hosts.some((other) => other.host === one.host));
      if (gateway === undefined || host === undefined) continue;
      const path = contested(first, second);
      if (path === undefined) continue;
      reportFault(checks, {
        object: second.object,
        path,
        code: 'mesh/duplicate-host',
        severity: 'warning',
        words: `${describeObject(first.object)} has a rule for the same requests of host ${host.host} on Gateway ${gateway}, and the object that was created first wins`,
        hint: 'put the rules for the host into one VirtualService',
      });
    }
  });
}

function isVirtualService({ object }: RouteObject): boolean {
  return object.kind === 'VirtualService';
}

/** Returns the path of the first condition that competes with one of another object. */
function contested(first: RouteObject, second: RouteObject): RouteRule['path'] | undefined {
  const conditions = ({ rules }: RouteObject, protocol: string) =>
    rules.filter((rule) => rule.protocol === protocol).flatMap((rule) => rule.conditions);
  const found = (['http', 'tls', 'tcp'] as const).flatMap((protocol) =>
    conditions(second, protocol).filter(({ condition }) =>
      conditions(first, protocol).some(
        (other) =>
          isCatchAll(other.condition) === isCatchAll(condition) &&
          (covers(other.condition, condition) || covers(condition, other.condition)),
      ),
    ),
  );
  return found[0]?.path;
}
