import type { CheckRequest } from '#model/object-check.ts';

/** Maximum number of checks in one request: about one second of work in little memory. */
const mostChecks = 500;

/** Splits a request into parts. The caller sends them one after the other. */
export function batchesOf(request: CheckRequest): readonly CheckRequest[] {
  const { checks } = request;
  const count = Math.ceil(checks.length / mostChecks);
  return Array.from({ length: count }, (_, index) => ({
    ...request,
    checks: checks.slice(index * mostChecks, (index + 1) * mostChecks),
  }));
}
