import type { CheckAnswer, CheckAnswers, CheckRequest } from '#model/object-check.ts';
import { engineDigest } from '../engine/artifacts.ts';
import { batchesOf } from './batches.ts';
import { CheckMemory } from './check-memory.ts';
import { startChecker } from './checker.ts';

/** Minimum memory for this process together with the engine, in bytes. */
const leastMemory = 768 * 1024 * 1024;

interface ObjectChecksOptions {
  /** Maximum memory of this process and its children, in bytes; defaults to the limit of the process. */
  readonly memory?: number | undefined;
}

/** Checks objects with the code of the API server, and caches the answers for a repository. */
export class ObjectChecks {
  readonly #directory: string;
  readonly #memory: number;

  constructor(directory: string, { memory }: ObjectChecksOptions = {}) {
    this.#directory = directory;
    this.#memory = memory ?? (process.constrainedMemory() || Number.POSITIVE_INFINITY);
  }

  /**
   * Answers requests from the cache, and loads the engine only for those that the cache lacks.
   *
   * @throws Error when the engine is missing or damaged
   */
  async run(requests: readonly CheckRequest[]): Promise<CheckAnswers> {
    if (requests.length === 0) return { type: 'answered', answers: new Map() };
    const memory = new CheckMemory(this.#directory, await engineDigest('kubernetes'));
    const unknown = requests
      .map((request) => ({
        ...request,
        checks: request.checks.filter(({ id }) => !memory.has(id)),
      }))
      .filter(({ checks }) => checks.length > 0);
    if (unknown.length > 0) {
      if (this.#memory < leastMemory) return tooLittle(this.#memory);
      await checkAll(unknown, (id, answer) => memory.set(id, answer));
    }
    const answers = requests.flatMap(({ checks }) =>
      checks.map(({ id }) => [id, memory.get(id)] as const),
    );
    memory.save();
    return { type: 'answered', answers: new Map(answers) };
  }
}

function tooLittle(bytes: number): CheckAnswers {
  const [given, needed] = [bytes, leastMemory].map((size) => Math.floor(size / 1024 / 1024));
  const reason = `Kubernetes’ own checks need ${needed} MiB of memory, and this process may use ${given} MiB`;
  return { type: 'unavailable', reason };
}

async function checkAll(
  requests: readonly CheckRequest[],
  answered: (id: string, answer: CheckAnswer) => void,
): Promise<void> {
  const checker = startChecker();
  try {
    for (const batch of requests.flatMap(batchesOf)) {
      for (const { id, ...answer } of await checker.check(batch)) answered(id, answer);
    }
  } finally {
    await checker.stop();
  }
}
