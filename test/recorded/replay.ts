import type { EnginePool } from '#io/engine/pool.ts';
import type { Case, CaseGroup } from './cases.ts';
import { namespace, type RecordedAnswer } from './recorder.ts';

/** The answer of the Kubernetes engine about one object. */
export interface EngineAnswer {
  readonly id: string;
  readonly errors: readonly { field?: string; type?: string; message: string }[];
  readonly warnings: readonly { type?: string; message: string }[];
  readonly notChecked: readonly string[];
  readonly message?: string;
}

/** Options of a check: see engines/kubernetes/protocol.go. */
export interface Surroundings {
  readonly release?: string;
  readonly definitions?: readonly unknown[];
  readonly policies?: readonly unknown[];
  readonly namespaces?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Sends `checks` to the engine, and returns the answers in the same order. */
export async function ask(
  pool: EnginePool,
  checks: readonly { id: string; object: unknown; old?: unknown; namespace?: string }[],
  surroundings: Surroundings = {},
): Promise<readonly EngineAnswer[]> {
  const request = { ...surroundings, checks };
  const result = await pool.run({ engine: 'kubernetes', name: 'a test', request });
  if (result.type === 'failed') throw new Error(result.message);
  const { results, error } = result.answer as { results: EngineAnswer[]; error?: string };
  if (error !== undefined) throw new Error(error);
  return results;
}

/** The answers of the engine and of the API server to one case. */
export interface Comparison {
  readonly recorded: RecordedAnswer;
  readonly engine: EngineAnswer;
}

/** Sends every case with a recorded answer to the engine. */
export async function replay(
  pool: EnginePool,
  groups: readonly CaseGroup[],
  answers: ReadonlyMap<string, RecordedAnswer>,
): Promise<Comparison[]> {
  const definitions = groups
    .filter(({ base }) => base.kind === 'CustomResourceDefinition')
    .map(({ base }) => base);
  const comparisons: Comparison[] = [];
  for (const { cases } of groups) {
    const known = cases.filter(({ id }) => answers.has(id));
    const results = await ask(pool, known.map(toCheck), { definitions });
    for (const engine of results) {
      const recorded = answers.get(engine.id);
      if (recorded !== undefined) comparisons.push({ recorded, engine });
    }
  }
  return comparisons;
}

function toCheck({ id, object, old }: Case): { id: string; object: unknown; namespace: string } {
  return { id, object, ...(old !== undefined && { old }), namespace };
}

/** Returns the causes of a refusal by the API server; the list is empty if it accepted the object. */
export function recordedCauses({ status, causes, reason, message }: RecordedAnswer): string[] {
  if (status < 300) return [];
  if (causes === undefined) return [`: ${reason}: ${message}`];
  return causes.map((cause) => cause.join(': '));
}

export function engineCauses({ errors }: EngineAnswer): string[] {
  return errors.map(({ field = '', type = '', message }) => `${field}: ${type}: ${message}`);
}
