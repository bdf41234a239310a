import { type Compilation, finish, prepare } from '#compiler/compile.ts';
import type { OverriddenObject } from '#compiler/override/applied.ts';
import { CompileMemory } from '#io/compile-memory.ts';
import { changeFiles, readFiles, readOutput } from '#io/files.ts';
import { type Listing, type ListingTask, listAll, listInThread } from '#io/listing.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import { programsFor, runBuilds } from '#io/template-builds.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { digestOf, type FileMap, type OutputMap, type Text } from '#model/files.ts';
import type { LeftOut } from '#model/left-out.ts';
import type { Profile } from '#model/profile.ts';
import type { BudgetVerdict } from '#review/budget.ts';
import { checkDeletions } from './check-deletions.ts';
import { readSettings, readSources } from './fleet-directory.ts';

export interface CompileDirectoryOptions {
  /** Where the output folders are; the fleet repository itself when absent. */
  readonly out?: string | undefined;
  /** Write nothing; only tell what would change. */
  readonly check?: boolean | undefined;
  /** regatta when absent. */
  readonly profile?: Profile | undefined;
  /** Write what can be rendered in spite of errors, and leave out the rest. */
  readonly partial?: boolean | undefined;
  /** Take every warning for an error, and build templates twice to see whether they vary. */
  readonly strict?: boolean | undefined;
}

interface CompileSummary {
  /** Rendered objects, counted once for each cluster. */
  readonly objects: number;
  /** Clusters that get something. */
  readonly clusters: number;
  /** Files; with `check` those that would be. */
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
}

export interface CompileResult {
  /** Whether the repository compiles. */
  readonly ok: boolean;
  /** Whether it was written, or would be: it compiles, or does in part and that was asked for. */
  readonly written: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly summary: CompileSummary;
  /** Paths of written and removed files, relative to the directory of the output folders. */
  readonly changed: readonly string[];
  /** With `check`, what would be deleted on clusters, measured by the budget. */
  readonly deletions?: BudgetVerdict | undefined;
  /** Every file that there is to be, by path; none when all of it was there already. */
  readonly output: ReadonlyMap<string, Text>;
  readonly leftOut: LeftOut;
  /** The override rules that were carried out; only of a partial compile. */
  readonly overridden: readonly OverriddenObject[];
}

/** What is remembered of a compile whose output is on the disk. */
type Outcome = Pick<CompileResult, 'diagnostics' | 'summary' | 'leftOut'>;

/**
 * Compiles the fleet repository in a directory and writes its rendered directories and bindings.
 * An error in the repository changes no file.
 *
 * @throws Error when `directory` is none, or the disk fails
 */
export async function compileDirectory(
  directory: string,
  options: CompileDirectoryOptions = {},
): Promise<CompileResult> {
  const { out = directory, check, profile = 'regatta', partial = false, strict = false } = options;
  const settings = readSettings(directory);
  const memory = new CompileMemory<Outcome>(out, codeIdentity());
  const listing = list({ directory: out, paths: [settings.rendered] }, memory);
  const { sources, builds } = readSources(directory, settings);
  const bindings = readFiles(out, [settings.bindings]);
  const existing = async (): Promise<OutputMap> => {
    const rendered = readOutput(out, await listing, (...file) => memory.known(...file));
    for (const [path, content] of bindings) rendered.set(path, content);
    return rendered;
  };
  // All that a compile depends on but its code and what was decided before.
  const stable = digestOfFiles(sources, [profile, ...programsFor(builds)]);
  const inputs = digestOfFiles(bindings, [stable]);
  if (memory.isOf(inputs) && !partial && !strict) {
    const remembered = memory.outcomeOver(await existing());
    if (remembered !== undefined) {
      return resultOver(remembered);
    }
  }

  const scripts = await scriptsFor(sources);
  const built = await runBuilds(builds, sources, { memo: memory, twice: strict });
  const given = { profile, partial, strict, scripts, builds: built, memo: memory };
  const prepared = prepare(sources, bindings, given);
  const there = await existing();
  const compilation = finish(prepared, there);
  if (compilation.writable && !check) {
    changeFiles(out, compilation.plan, (...file) => memory.wrote(...file));
    const left = textsUnder(settings.bindings, compilation.output);
    const next = digestOfFiles(left, [stable]);
    if (compilation.ok) memory.save(next, outcomeOver(compilation), compilation.output);
  }
  const deletions = check ? checkDeletions(out, settings, there, compilation) : undefined;
  return resultOf(compilation, deletions);
}

/** Thousands of files are looked for by a thread, while the repository is compiled. */
async function list(
  task: ListingTask,
  { isLarge }: { readonly isLarge: boolean },
): Promise<Listing> {
  return isLarge ? listInThread(task) : listAll(task.directory, task.paths);
}

function resultOver(remembered: Outcome): CompileResult {
  const nothing = { changed: [], output: new Map(), overridden: [] };
  return { ok: true, written: true, ...remembered, ...nothing };
}

function resultOf(compilation: Compilation, deletions?: BudgetVerdict): CompileResult {
  const { ok, writable, diagnostics, plan, objects, clusters, ...told } = compilation;
  const { leftOut, output, overridden } = told;
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
    output,
    overridden,
  };
}

/** What the next compile of the same inputs will come to, because it finds all of it written. */
function outcomeOver({ diagnostics, leftOut, output, objects, clusters }: Compilation): Outcome {
  const files = { written: 0, unchanged: output.size, removed: 0 };
  return { diagnostics, leftOut, summary: { objects, clusters, ...files } };
}

function digestOfFiles(files: FileMap, facts: readonly string[]): string {
  return digestOf(JSON.stringify([facts, [...files]]));
}

/**
 * The bundler names this chunk by a digest of what is in it. Source files have no such name: there
 * nothing is taken for the same code but that of this process.
 */
function codeIdentity(): string {
  return import.meta.filename.endsWith('.ts') ? `${process.pid}` : import.meta.url;
}

function textsUnder(folder: string, output: ReadonlyMap<string, Text>): FileMap {
  const files = output.entries().filter(([file]) => file.startsWith(`${folder}/`));
  return new Map(files.map(([file, { text }]) => [file, text]));
}
