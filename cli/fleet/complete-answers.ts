import { withLaterFaults, withoutUnknownFields } from '#compiler/validate/unknown-fields.ts';
import type { CheckAnswers, CheckRequest, ObjectCheck } from '#model/object-check.ts';

/** Maximum number of times that an object is checked again. */
const mostRounds = 10;

interface OpenCheck {
  readonly request: CheckRequest;
  /** Id of the check that the caller asked for. */
  readonly id: string;
  /** The check that was answered last. */
  readonly check: ObjectCheck;
}

/**
 * Answers requests, and checks objects with unknown fields again without these fields, until the answers
 * report every fault of the schema.
 *
 * @param ask - answers requests once
 */
export async function completeAnswers(
  requests: readonly CheckRequest[],
  ask: (requests: readonly CheckRequest[]) => Promise<CheckAnswers>,
): Promise<CheckAnswers> {
  const first = await ask(requests);
  if (first.type !== 'answered') return first;
  const answers = new Map(first.answers);
  let latest = first.answers;
  let open: readonly OpenCheck[] = requests.flatMap((request) =>
    request.checks.map((check) => ({ request, id: check.id, check })),
  );
  for (let round = 0; round < mostRounds; round++) {
    open = open.flatMap(({ request, id, check }) => {
      const answer = latest.get(check.id);
      const next = answer && withoutUnknownFields(check, answer);
      return next === undefined ? [] : [{ request, id, check: next }];
    });
    if (open.length === 0) break;
    const byRequest = Map.groupBy(open, ({ request }) => request);
    const later = await ask(
      [...byRequest].map(([request, some]) => ({
        ...request,
        checks: some.map(({ check }) => check),
      })),
    );
    if (later.type !== 'answered') break;
    latest = later.answers;
    for (const { id, check } of open) {
      const [answer, more] = [answers.get(id), latest.get(check.id)];
      if (answer && more) answers.set(id, withLaterFaults(answer, more));
    }
  }
  return { type: 'answered', answers };
}
