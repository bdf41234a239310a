import { join, resolve } from 'node:path';
import { digestOf } from '#model/files.ts';
import type { CheckAnswer } from '#model/object-check.ts';
import { cacheFolder } from '../cache/folder.ts';
import { Store } from '../cache/store.ts';

/** Maximum number of answers that are kept for later runs; those of the current run come first. */
const mostKept = 100_000;

/** Answers by check id. Null is an answer without findings, as nearly all are. */
type Kept = ReadonlyMap<string, CheckAnswer | null>;

/** Caches the answers for the repository in a directory. Lost answers are requested again. */
export class CheckMemory {
  readonly #store: Store<Kept>;
  readonly #known: Kept;
  readonly #used = new Map<string, CheckAnswer | null>();

  /** @param engine - digest of the engine; answers of other versions are ignored */
  constructor(directory: string, engine: string) {
    const file = join(cacheFolder('checks'), digestOf(resolve(directory)));
    this.#store = new Store(file, engine);
    this.#known = this.#store.value ?? new Map();
  }

  has(id: string): boolean {
    return this.#used.has(id) || this.#known.has(id);
  }

  get(id: string): CheckAnswer {
    const known = this.#used.get(id) ?? this.#known.get(id) ?? null;
    this.#used.set(id, known);
    return known ?? silent;
  }

  set(id: string, answer: CheckAnswer): void {
    const { errors, warnings, notChecked, failed } = answer;
    const isSilent = errors.length + warnings.length + notChecked.length === 0 && !failed;
    this.#used.set(id, isSilent ? null : answer);
  }

  save(): void {
    const isSame = [...this.#used.keys()].every((id) => this.#known.has(id));
    if (isSame) return;
    // Failures are not kept, because the engine may answer the next time.
    const answered = [...this.#used].filter(([, answer]) => !answer?.failed);
    const others = [...this.#known].filter(([id]) => !this.#used.has(id));
    this.#store.save(new Map([...answered, ...others].slice(0, mostKept)));
  }
}

const silent: CheckAnswer = { errors: [], warnings: [], notChecked: [] };
