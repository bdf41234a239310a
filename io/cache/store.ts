import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { digestOf } from '#model/files.ts';
import { privateFile, privateFolder } from '../files/private.ts';

/** A value of plain data in a file. The first use reads the file. A damaged file counts as missing. */
export class Store<T> {
  readonly file: string;
  readonly code: string;
  #read: { readonly value: T | undefined; readonly digest: string } | undefined;

  /**
   * Opens a store, without reading its file.
   *
   * @param code - identifies this version of the code; the store ignores values of other versions
   */
  constructor(file: string, code: string) {
    this.file = file;
    this.code = code;
  }

  /** Size of the file in bytes; 0 when it does not exist. */
  get size(): number {
    return statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The stored value; undefined when the file is missing, damaged or of another version. */
  get value(): T | undefined {
    return this.#loaded.value;
  }

  /** Digest of the stored value; '' when there is no value. */
  get digest(): string {
    return this.#loaded.digest;
  }

  /** Replaces the file atomically. Does nothing if the disk is not writable. */
  save(value: T): void {
    const draft = `${this.file}.${process.pid}.tmp`;
    const bytes = serialize(value);
    const head = Buffer.from(`${this.#headOf(digestOf(bytes))}\n`);
    try {
      mkdirSync(dirname(this.file), { recursive: true, mode: privateFolder });
      writeFileSync(draft, Buffer.concat([head, bytes]), { mode: privateFile });
      renameSync(draft, this.file);
    } catch {
      // Without a writable cache, later runs are slower but have the same results.
    }
  }

  get #loaded(): { readonly value: T | undefined; readonly digest: string } {
    this.#read ??= this.#load();
    return this.#read;
  }

  #load(): { readonly value: T | undefined; readonly digest: string } {
    try {
      const content = readFileSync(this.file);
      const end = content.indexOf('\n');
      const bytes = content.subarray(end + 1);
      const digest = digestOf(bytes);
      const isWhole = content.subarray(0, end).toString() === this.#headOf(digest);
      if (isWhole) return { value: deserialize(bytes), digest };
    } catch {
      // A missing or damaged file counts as an empty cache.
    }
    return { value: undefined, digest: '' };
  }

  #headOf(digest: string): string {
    return `${this.code} ${digest}`;
  }
}
