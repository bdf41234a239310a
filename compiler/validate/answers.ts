/** Converts the answers of the API server's own code to findings. */
import type { CheckAnswer, CheckAnswers } from '#model/object-check.ts';
import type { PlannedCheck } from './check-plan.ts';
import { FieldNames } from './field-names.ts';
import type { Findings } from './findings.ts';
import { type Found, refusals, warnings } from './refusals.ts';
import { Unchecked } from './unchecked.ts';
import { refusedUpdates } from './updates.ts';
import type { Validation } from './validation.ts';

interface Answered {
  readonly validation: Validation;
  readonly planned: readonly PlannedCheck[];
  readonly answers: CheckAnswers;
}

/** Reports the rejections and warnings of the API server, and the objects that its code could not check. */
export function reportAnswers(
  { validation, planned, answers }: Answered,
  findings: Findings,
): void {
  const names = new FieldNames(validation.known);
  const unchecked = new Unchecked();
  for (const check of planned) {
    if (answers.type === 'unavailable') {
      unchecked.note(check, answers.reason, 'warning');
      continue;
    }
    const create = answers.answers.get(check.create);
    const update = check.update && answers.answers.get(check.update.id);
    if (create === undefined) continue;
    for (const finding of findingsOf(check, { create, update }, validation.scope, names)) {
      findings.add({ ...finding, on: check.on });
    }
    unchecked.add(check, create);
    if (update !== undefined) unchecked.add(check, update);
  }
  unchecked.report(findings);
}

/** The answers to the checks of one object. */
interface Given {
  readonly create: CheckAnswer;
  readonly update?: CheckAnswer | undefined;
}

function findingsOf(
  check: PlannedCheck,
  { create, update }: Given,
  scope: Validation['scope'],
  names: FieldNames,
): readonly Found[] {
  const refused = update === undefined ? [] : refusedUpdates(check, { create, update });
  if (scope === 'updates') return refused;
  return [...refusals(check, create, names), ...warnings(check, create), ...refused];
}
