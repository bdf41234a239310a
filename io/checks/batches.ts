import type { CheckRequest, ObjectCheck } from '#model/object-check.ts';

/** Maximum number of checks in one request: about one second of work in little memory. */
const mostChecks = 500;

/**
 * Splits a request into parts. The caller sends them one after the other. Objects of a kind are in one part if
 * possible, because the engine prepares the definitions of custom kinds again for each request, which takes up to a second
 * for each of them.
 */
export function batchesOf(request: CheckRequest): readonly CheckRequest[] {
  const checks = [...Map.groupBy(request.checks, kindOf).values()].flat();
  const count = Math.ceil(checks.length / mostChecks);
  return Array.from({ length: count }, (_, index) => ({
    ...request,
    checks: checks.slice(index * mostChecks, (index + 1) * mostChecks),
  }));
}

function kindOf({ object }: ObjectCheck): string {
  return `${object.apiVersion} ${object.kind}`;
}
