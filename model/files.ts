import { hash } from 'node:crypto';

/** Files by their path in the fleet repository, with `/` between folders. */
export type FileMap = ReadonlyMap<string, FileContent>;

/** The text of a file (a byte order mark is left out), or why there is none. */
export type FileContent = string | Unreadable;

export interface Unreadable {
  /** Completes "cannot be read: …". */
  readonly reason: string;
  /** What it holds, where that is no text. */
  readonly base64?: string;
}

/** What is below the output folders. Of what compile wrote, the digest may be all that is known. */
export type OutputMap = ReadonlyMap<string, FileContent | Written>;

/** A file as it is to be. */
export interface Text extends Written {
  readonly text: string;
}

/** A text with its digest, for what is compared or written more than once. */
export function textOf(text: string): Text {
  return { text, digest: digestOf(text) };
}

/** A file as compile wrote it. */
export interface Written {
  readonly digest: string;
}

/** Tells contents apart: the same digest, the same content. */
export function digestOf(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64url');
}
