import { digestOf } from '#model/files.ts';
import { engineDigest } from './artifacts.ts';
import type { Answered, BuildMemory } from './build-memory.ts';
import type { EngineFailure, EngineName } from './call.ts';
import type { EnginePool } from './pool.ts';
import type { RepositoryState } from './repository-state.ts';

/** What builds of one repository are carried out with. */
export interface BuildSite {
  readonly repository: RepositoryState;
  readonly pool: EnginePool;
  /** Absent: every build is carried out. */
  readonly memory?: BuildMemory | undefined;
}

/** What an answer depends on, beside the files that the engine reads. */
export interface Question {
  readonly engine: EngineName;
  readonly request: unknown;
}

/**
 * The remembered answer to a question, or the one that `ask` gives, which is remembered. Failures are not: another
 * machine may have the memory or the time.
 */
export async function askOnce<T>(
  { engine, request }: Question,
  { repository, memory }: BuildSite,
  ask: () => Promise<Answered<T> | EngineFailure>,
): Promise<Answered<T> | EngineFailure> {
  const key = digestOf(JSON.stringify([engine, await engineDigest(engine), request]));
  const known = memory?.recall(key, repository) as Answered<T> | undefined;
  if (known !== undefined) return known;
  const answered = await ask();
  if (answered.type === 'answered') memory?.remember(key, answered, repository);
  return answered;
}
