import type { Diagnostic, Position } from '#model/diagnostic.ts';
import { acceptableCodes } from '#model/diagnostic-code.ts';
import { isAtOrBelow } from '#model/folder.ts';
import { nearestWord } from '#model/nearest.ts';

/** One code that the sources accept, and where. */
export interface Acceptance {
  readonly code: string;
  readonly reason: string;
  /** Where the sources accept it. */
  readonly at: Position;
  /** The object or setting that accepts it, for messages. */
  readonly by: string;
  readonly covers: readonly Region[];
}

/** A part of the repository: a file or a folder, or the part of a file that one object takes. */
export interface Region {
  /** Path of a file or folder; '' for the whole repository. */
  readonly path: string;
  /** First position of the object; absent when the region is a whole path. */
  readonly from?: Position | undefined;
  /** First position after the object; absent when it is the last one of its file. */
  readonly to?: Position | undefined;
}

/** Reports whether a position is in one of the regions of an acceptance. */
export function isCovered(at: Position, { covers }: Acceptance): boolean {
  return covers.some(({ path, from, to }) => {
    if (from === undefined) return isAtOrBelow(at.file, path);
    return at.file === path && !isBefore(at, from) && (to === undefined || isBefore(at, to));
  });
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

/** Returns the fault of an acceptance whose code does not exist, or is that of a fault of an acceptance. */
export function faultOfCode({ code, at, by }: Acceptance): Diagnostic | undefined {
  if (acceptableCodes.some((known) => known === code)) return undefined;
  const near = nearestWord(code, acceptableCodes);
  return invalid(at, {
    message: `${by} accepts an unknown code ${code}`,
    hint:
      near === undefined ? 'regatta lint prints the code of each warning' : `did you mean ${near}?`,
  });
}

/** Returns the fault of an acceptance that is not valid. */
export function invalid(at: Position, rest: Pick<Diagnostic, 'message' | 'hint'>): Diagnostic {
  return { code: 'accept/invalid', severity: 'error', at, ...rest };
}
