import { describeObject } from '#model/object.ts';
import type { CheckAnswer } from '#model/object-check.ts';
import type { PlannedCheck } from './check-plan.ts';
import type { Finding, Findings } from './findings.ts';

/** Collects the checks that were not possible, and reports each reason once. */
export class Unchecked {
  readonly #byReason = new Map<string, { severity: Finding['severity']; checks: PlannedCheck[] }>();

  add(check: PlannedCheck, answer: CheckAnswer): void {
    for (const reason of answer.notChecked) this.note(check, reason, 'note');
    if (answer.failed !== undefined) this.note(check, answer.failed, 'warning');
  }

  /** @param severity - note if the check depends on the state of a cluster, warning if the check failed */
  note(check: PlannedCheck, reason: string, severity: 'note' | 'warning'): void {
    const known = this.#byReason.get(reason) ?? { severity, checks: [] };
    known.checks.push(check);
    this.#byReason.set(reason, known);
  }

  report(findings: Findings): void {
    for (const [reason, { severity, checks }] of this.#byReason) {
      findings.add({
        code: 'validate/not-checked',
        severity,
        message: `${namesOf(checks)}: not checked: ${reason}`,
        pointer: '',
        on: checks[0]?.on ?? [],
      });
    }
  }
}

/** Returns the names of checked objects: `Deployment shop/web and 3 more`. */
function namesOf(checks: readonly PlannedCheck[]): string {
  const names = new Set(checks.map(({ object }) => describeObject(object)));
  const [first = ''] = names;
  return names.size > 1 ? `${first} and ${names.size - 1} more` : first;
}
