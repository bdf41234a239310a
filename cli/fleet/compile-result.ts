import { type Compilation, outputOf } from '#compiler/compile.ts';
import type { OverriddenObject } from '#compiler/override/applied.ts';
import { countOf } from '#compiler/write/rendered-files.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Text } from '#model/files.ts';
import type { LeftOut } from '#model/left-out.ts';
import type { BudgetVerdict } from '#review/budget.ts';

/** The counts of a compile's output. */
export interface CompileSummary {
  /** Number of rendered objects, counted once for each cluster. */
  readonly objects: number;
  /** Number of clusters that get at least one object. */
  readonly clusters: number;
  /** Number of written files, or with `check` of files that a compile would write. */
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
}

/** The result of `regatta compile`. */
export interface CompileResult {
  /** Whether the repository has no errors. */
  readonly ok: boolean;
  /**
   * Whether compile wrote the output, or with `check` would write it: there is no error, or the
   * compile is partial.
   */
  readonly written: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly summary: CompileSummary;
  /** Paths of written and removed files, relative to the directory of the output folders. */
  readonly changed: readonly string[];
  /** With `check`, the planned deletions on clusters, measured by the budget. */
  readonly deletions?: BudgetVerdict | undefined;
  /** Returns every output file, by path. The map is empty when the disk already has all of them. */
  readonly output: () => ReadonlyMap<string, Text>;
  readonly leftOut: LeftOut;
  /** The override rules that compile applied; only for a partial compile. */
  readonly overridden: readonly OverriddenObject[];
}

/** The part of a result that the cache keeps for the next compile of the same inputs. */
export type CachedResult = Pick<CompileResult, 'diagnostics' | 'summary' | 'leftOut'>;

/** Returns the result of a compile whose inputs are those of the cached result. */
export function resultOfCached(cached: CachedResult): CompileResult {
  const nothing = { changed: [], output: () => new Map(), overridden: [] };
  return { ok: true, written: true, ...cached, ...nothing };
}

export function resultOf(compilation: Compilation, deletions?: BudgetVerdict): CompileResult {
  const { ok, writable, diagnostics, plan, objects, clusters } = compilation;
  const { leftOut, desired, overridden } = compilation;
  const { write, unchanged, remove } = plan;
  const files = { written: write.size, unchanged, removed: remove.length };
  return {
    ok,
    written: writable,
    diagnostics,
    leftOut,
    summary: { objects, clusters, ...files },
    changed: [...write.keys(), ...remove],
    deletions,
    output: () => outputOf(desired),
    overridden,
  };
}

/** Returns the result of the next compile of the same inputs, which finds every file already written. */
export function cachedResultOf(compilation: Compilation): CachedResult {
  const { diagnostics, leftOut, desired, objects, clusters } = compilation;
  const unchanged = countOf(desired.rendered) + desired.bindings.size;
  const files = { written: 0, unchanged, removed: 0 };
  return { diagnostics, leftOut, summary: { objects, clusters, ...files } };
}
