/**
 * The answers of API servers that this process is reading. If one of them ends the process, the process that started
 * it finds out which cluster sent the answer.
 */

/** An answer that is being read. */
export class OpenAnswer {
  readonly cluster: string;
  /** Size of what has been read, in bytes. */
  size = 0;

  constructor(cluster: string) {
    this.cluster = cluster;
  }

  /** Notes how much has been read. */
  grow(size: number): void {
    this.size = size;
    openAnswers.note(this);
  }

  /** Closes the answer after the callers that wait for it have used it. */
  end(): void {
    if (this.size > 0) setImmediate(() => openAnswers.close(this));
  }
}

class OpenAnswers {
  /** Called with the cluster that sent the largest open answer; '' without open answers. */
  onLargest: (cluster: string) => void = () => {};
  readonly #open = new Set<OpenAnswer>();
  #largest: OpenAnswer | undefined;

  note(answer: OpenAnswer): void {
    this.#open.add(answer);
    if (answer.size > (this.#largest?.size ?? 0)) this.#setLargest(answer);
  }

  close(answer: OpenAnswer): void {
    this.#open.delete(answer);
    if (this.#largest !== answer) return;
    const sizes = [...this.#open].toSorted((a, b) => b.size - a.size);
    this.#setLargest(sizes[0]);
  }

  #setLargest(answer: OpenAnswer | undefined): void {
    const before = this.#largest?.cluster ?? '';
    this.#largest = answer;
    const cluster = answer?.cluster ?? '';
    if (cluster !== before) this.onLargest(cluster);
  }
}

/** All open answers of this process. */
export const openAnswers: OpenAnswers = new OpenAnswers();
