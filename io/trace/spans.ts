import type { TurnReport } from '#syncer/report/turns.ts';

/** The steps that the syncer runs once for all clusters before a commit reaches them. */
export type StepName = 'fetch' | 'compile' | 'push';

/** The result of a step. */
export interface StepEnd {
  readonly commit?: string;
  /** Why the step failed. */
  readonly fault?: string;
}

/** A timed operation and its parts. */
export interface SpanData {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Never names or contents of objects. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Why the operation failed; '' when it succeeded. */
  readonly fault: string;
  readonly children: readonly SpanData[];
}

/** Returns the span of a turn with its phases, or undefined for a turn that changed nothing and ended synced. */
export function spanOfTurn(turn: TurnReport): SpanData | undefined {
  const { cluster, commit, state, counts, phases, ...times } = turn;
  const isIdle = Object.keys(counts).every((result) => result === 'unchanged');
  if (isIdle && state === 'synced') return undefined;
  const objects = Object.entries(counts).map(([result, count]) => [
    `regatta.objects.${result}`,
    count,
  ]);
  return {
    name: 'turn',
    startedAt: times.startedAt,
    endedAt: times.endedAt,
    attributes: {
      'regatta.cluster': cluster,
      'regatta.state': state,
      ...(commit !== '' && { 'regatta.commit': commit }),
      ...(times.fault !== undefined && { 'error.type': times.fault }),
      ...Object.fromEntries(objects),
    },
    fault: state === 'stalled' || times.fault !== undefined ? times.reason : '',
    children: phases.map((phase) => ({ ...phase, attributes: {}, fault: '', children: [] })),
  };
}

/** Returns the span of a step, with its commit or the reason of its failure. */
export function spanOfStep(
  name: StepName,
  times: Pick<SpanData, 'startedAt' | 'endedAt'>,
  { commit, fault = '' }: StepEnd,
): SpanData {
  const attributes = commit === undefined ? {} : { 'regatta.commit': commit };
  return { name, ...times, attributes, fault, children: [] };
}
