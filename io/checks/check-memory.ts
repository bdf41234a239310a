import { join, resolve } from 'node:path';
import { digestOf } from '#model/files.ts';
import type { CheckAnswer } from '#model/object-check.ts';
import { cacheFolder } from '../cache/folder.ts';
import { Store } from '../cache/store.ts';

/** Maximum number of answers in the file. Answers that the current run used have precedence over others. */
const mostKept = 100_000;

/** Answers by the id of the check. Nearly all answers have no findings, and null stands for such an answer. */
type Kept = ReadonlyMap<string, CheckAnswer | null>;

/**
 * Caches the engine's answers to checks in a file for each fleet repository. If the file is lost, the engine
 * answers again.
 */
export class CheckMemory {
  readonly #store: Store<Kept>;
  readonly #known: Kept;
  readonly #used = new Map<string, CheckAnswer | null>();

  /**
   * Loads the answers of earlier runs.
   *
   * @param directory - the fleet repository
   * @param engine - digest of the engine; the cache ignores the answers of an engine with another digest
   */
  constructor(directory: string, engine: string) {
    const file = join(cacheFolder('checks'), digestOf(resolve(directory)));
    this.#store = new Store(file, engine);
    this.#known = this.#store.value ?? new Map();
  }

  /** Reports whether the cache has the answer to a check. */
  has(id: string): boolean {
    return this.#used.has(id) || this.#known.has(id);
  }

  /** Returns the answer to a check, or an answer without findings if the cache has none. */
  get(id: string): CheckAnswer {
    const known = this.#used.get(id) ?? this.#known.get(id) ?? null;
    this.#used.set(id, known);
    return known ?? silent;
  }

  /** Adds an answer. `save` writes it to the file. */
  set(id: string, answer: CheckAnswer): void {
    const { errors, warnings, notChecked, failed } = answer;
    const isSilent = errors.length + warnings.length + notChecked.length === 0 && !failed;
    this.#used.set(id, isSilent ? null : answer);
  }

  /** Writes the answers to the file, if this run used an answer that the file lacks. */
  save(): void {
    const isSame = [...this.#used.keys()].every((id) => this.#known.has(id));
    if (isSame) return;
    // The file gets no answers that report a failure, because the engine may succeed the next time.
    const answered = [...this.#used].filter(([, answer]) => !answer?.failed);
    const others = [...this.#known].filter(([id]) => !this.#used.has(id));
    this.#store.save(new Map([...answered, ...others].slice(0, mostKept)));
  }
}

const silent: CheckAnswer = { errors: [], warnings: [], notChecked: [] };
