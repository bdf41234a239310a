import type { KubeObject } from '#model/object.ts';
import { fieldName } from '#model/pointer.ts';
import type { Findings } from '../../findings.ts';
import type { MeshObjects } from '../mesh-objects.ts';
import { reportDeniedRoutes } from './denied.ts';
import { reportNoEndpoint } from './endpoints.ts';
import type { RouteChecks } from './faults.ts';
import { reportUncoveredHosts } from './gateway-hosts.ts';
import { reportMtlsConflicts } from './mtls.ts';
import { type Path, routesOf } from './routes.ts';
import { reportDuplicateHosts, reportShadowed } from './shadowed.ts';
import { reportTcpPorts } from './tcp-ports.ts';
import { reportInvisibleRules } from './visibility.ts';
import { reportWeights } from './weights.ts';

/** Reports what Istio's analyzers do not look for in the routes of a mesh and in the rules about their destinations. */
export function reportRouteFaults(objects: MeshObjects, findings: Findings): void {
  const checks: RouteChecks = { objects, findings, routes: routesOf(objects) };
  reportNoEndpoint(checks);
  reportWeights(checks);
  reportShadowed(checks, unusedRules(objects));
  reportDuplicateHosts(checks);
  reportUncoveredHosts(checks);
  reportTcpPorts(checks);
  reportMtlsConflicts(checks);
  reportInvisibleRules(checks);
  reportDeniedRoutes(checks);
}

/** Returns what reports whether Istio found that a rule, or one of its conditions, is not used. */
function unusedRules({ mesh }: MeshObjects): (object: KubeObject, path: Path) => boolean {
  const messages = mesh.findings?.type === 'analyzed' ? mesh.findings.messages : [];
  const unused = messages.filter(({ code }) => code === 'IST0130');
  return ({ metadata }, path) => {
    const [, rule = ''] = /\[(\d+)\]$/.exec(fieldName(path)) ?? [];
    return unused.some(
      ({ object, message }) =>
        object?.name === metadata.name &&
        object.namespace === metadata.namespace &&
        message.includes(`rule #${rule} `),
    );
  };
}
