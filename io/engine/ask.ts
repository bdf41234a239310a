import { digestOf } from '#model/files.ts';
import { engineDigest } from './artifacts.ts';
import type { Answered, BuildMemory } from './build-memory.ts';
import type { EngineFailure, EngineName } from './call.ts';
import type { EnginePool } from './pool.ts';
import type { RepositoryState } from './repository-state.ts';

/** The repository, engines and cache that builds use. */
export interface BuildSite {
  readonly repository: RepositoryState;
  readonly pool: EnginePool;
  /** Cache of the engines' answers. Without it, the engines answer every request. */
  readonly memory?: BuildMemory | undefined;
}

/** Everything that an answer depends on besides the files that the engine reads. */
export interface Question {
  readonly engine: EngineName;
  readonly request: unknown;
  /** A request for more, whose answer answers this one, too. */
  readonly wider?: unknown;
}

/**
 * Returns the cached answer to a question, or the answer of `ask`, which is then cached. Failures are
 * not cached, because another machine may have enough memory or time.
 */
export async function askOnce<T>(
  { engine, request, wider }: Question,
  { repository, memory }: BuildSite,
  ask: () => Promise<Answered<T> | EngineFailure>,
): Promise<Answered<T> | EngineFailure> {
  const digest = await engineDigest(engine);
  const keyOf = (asked: unknown) => digestOf(JSON.stringify([engine, digest, asked]));
  const key = keyOf(request);
  const known =
    memory?.recall(key, repository) ??
    (wider === undefined ? undefined : memory?.recall(keyOf(wider), repository));
  if (known !== undefined) return known as Answered<T>;
  const answered = await ask();
  if (answered.type === 'answered') memory?.remember(key, answered, repository);
  return answered;
}
