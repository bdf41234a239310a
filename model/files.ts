/** Files by their path in the fleet repository, with `/` between folders. */
export type FileMap = ReadonlyMap<string, FileContent>;

/** The text of a file (a byte order mark is left out), or why there is none. */
export type FileContent = string | Unreadable;

export interface Unreadable {
  /** Completes "cannot be read: …". */
  readonly reason: string;
}
