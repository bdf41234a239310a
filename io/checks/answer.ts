import { describeObject } from '#model/object.ts';
import type {
  CheckAnswer,
  CheckRequest,
  FieldError,
  FieldWarning,
  ObjectCheck,
} from '#model/object-check.ts';
import type { EngineCall, EngineResult } from '../engine/call.ts';

/** The answer to one check, with the check's id. */
export type AnsweredCheck = CheckAnswer & { readonly id: string };

type Run = (call: EngineCall) => Promise<EngineResult>;

/** Maximum number of failures before the engine counts as broken. Each failure costs a restart of about a second. */
const mostFailures = 30;

/** Sends requests to the engine, and isolates the objects that exceed its limits. */
export class Questions {
  readonly #run: Run;
  #failures = 0;

  constructor(run: Run) {
    this.#run = run;
  }

  /**
   * Sends a request. If the engine fails, sends each half of the request again, so that one object
   * beyond the engine's limits does not prevent the checks of the others.
   */
  async ask(request: CheckRequest): Promise<readonly AnsweredCheck[]> {
    const { checks } = request;
    const [first] = checks;
    if (first === undefined) return [];
    if (this.#failures >= mostFailures) {
      return checks.map((check) => unanswered(check, 'the engine has failed too often'));
    }
    const name = checks.length === 1 ? describeObject(first.object) : `${checks.length} objects`;
    const result = await this.#run({ engine: 'kubernetes', request, name });
    if (result.type === 'answered') return readAnswer(result.answer, checks);
    this.#failures++;
    if (checks.length === 1) return [unanswered(first, result.message)];
    const middle = Math.ceil(checks.length / 2);
    return [
      ...(await this.ask({ ...request, checks: checks.slice(0, middle) })),
      ...(await this.ask({ ...request, checks: checks.slice(middle) })),
    ];
  }
}

/** An answer as the engine sends it. The engine omits empty fields. */
interface EngineAnswer {
  readonly error?: string;
  readonly results?: readonly {
    readonly id: string;
    readonly errors?: readonly Partial<FieldError>[];
    readonly warnings?: readonly Partial<FieldWarning>[];
    readonly notChecked?: readonly string[];
    readonly reason?: string;
  }[];
}

function readAnswer(answer: unknown, checks: readonly ObjectCheck[]): readonly AnsweredCheck[] {
  const { results = [], error } = answer as EngineAnswer;
  if (error) return checks.map((check) => unanswered(check, error));
  const empty = { field: '', type: '', message: '' };
  const byId = new Map(
    results.map(({ id, errors = [], warnings = [], notChecked = [], reason = '' }) => {
      const filled = errors.map((one): FieldError => ({ ...empty, ...one }));
      const warned = warnings.map((one): FieldWarning => ({ ...empty, ...one }));
      return [id, { id, errors: filled, warnings: warned, notChecked, reason }];
    }),
  );
  return checks.map(
    (check) => byId.get(check.id) ?? unanswered(check, 'the engine gave no answer'),
  );
}

function unanswered({ id }: ObjectCheck, failed: string): AnsweredCheck {
  return { id, errors: [], warnings: [], notChecked: [], failed };
}
