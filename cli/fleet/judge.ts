import type { Compilation } from '#compiler/compile.ts';
import { isError } from '#compiler/verdict.ts';
import { findUnsourced, reportUnacknowledged } from '#compiler/write/unsourced.ts';
import { readOwnFiles } from '#io/files/files.ts';
import type { DeletionRecord } from '#model/deletion-records.ts';
import { byPosition, type Diagnostic } from '#model/diagnostic.ts';
import { type Existing, type FileContent, pathsOf, type Written } from '#model/files.ts';
import type { FleetSettings } from '#model/fleet.ts';
import { renderedRoot } from '#model/rendered.ts';
import type { CompileResult } from './compile-result.ts';

/** The settings of the base of a change. The change itself cannot relax them. */
export interface Judge {
  readonly settings: FleetSettings;
  /** Whether the base has a source. */
  readonly hasSources: boolean;
  /** The deletions of the branch in the 24 hours before the base, by cluster. */
  readonly earlier: ReadonlyMap<string, readonly DeletionRecord[]>;
}

/** The output folder of a compile that a judge checks. */
export interface JudgedOutput {
  readonly out: string;
  readonly settings: FleetSettings;
  /** Whether the repository has a source. */
  readonly hasSources: boolean;
  readonly existing: Existing;
}

/** Returns the validation that a change must pass: that of the base, unless the change sets a stricter one. */
export function judgedValidation(
  { validation: own }: FleetSettings,
  judge: Judge | undefined,
): FleetSettings['validation'] {
  const base = judge?.settings.validation ?? own;
  return strictness.indexOf(base) > strictness.indexOf(own) ? base : own;
}

const strictness: readonly FleetSettings['validation'][] = ['Never', 'Lenient', 'Strict'];

/** Adds the errors of files that a syncer would apply although no source renders them. */
export function withUnsourced(
  result: CompileResult,
  judge: Judge,
  { out, settings, hasSources, existing }: JudgedOutput,
): CompileResult {
  const isSourced = hasSources || judge.hasSources;
  if (!isSourced || judge.settings.unsourced === 'Allow') return result;
  const others = [...new Set([judge.settings.rendered, renderedRoot])].filter(
    (root) => root !== settings.rendered,
  );
  return withErrors(result, [
    ...findUnsourced(existing.others, { path: settings.rendered, isOwn: true }),
    ...others.flatMap((path) => findUnsourced(readOwnFiles(out, [path]), { path, isOwn: false })),
  ]);
}

/** Adds the errors of files that exempt deletions from the budget without an acknowledgement. */
export function withUnacknowledged(
  result: CompileResult,
  { desired }: Pick<Compilation, 'desired'>,
  { intact, others }: Existing,
): CompileResult {
  const { root } = desired;
  const existing = new Map<string, FileContent | Written>(others);
  for (const file of intact) for (const path of pathsOf(root, file)) existing.set(path, file);
  const found: Diagnostic[] = [];
  reportUnacknowledged(existing, desired, (one) => found.push(one));
  const known = new Set(result.diagnostics.map(({ code, at }) => `${code} ${at.file}`));
  return withErrors(
    result,
    found.filter(({ code, at }) => !known.has(`${code} ${at.file}`)),
  );
}

function withErrors(result: CompileResult, errors: readonly Diagnostic[]): CompileResult {
  if (errors.length === 0) return result;
  const diagnostics = [...result.diagnostics, ...errors].sort(byPosition);
  return { ...result, ok: result.ok && !errors.some(isError), diagnostics };
}
