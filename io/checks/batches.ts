import type { CheckRequest } from '#model/object-check.ts';

/** So many checks at once keep the engine busy for about a second, and take little memory. */
const mostChecks = 500;

/** A request in parts that are answered one after the other. */
export function batchesOf(request: CheckRequest): readonly CheckRequest[] {
  const { checks } = request;
  const count = Math.ceil(checks.length / mostChecks);
  return Array.from({ length: count }, (_, index) => ({
    ...request,
    checks: checks.slice(index * mostChecks, (index + 1) * mostChecks),
  }));
}
