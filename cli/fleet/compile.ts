import { createHash } from 'node:crypto';
import {
  type Compilation,
  outputOf,
  planOutput,
  type RenderedFleet,
  renderFleet,
  withFindings,
} from '#compiler/compile.ts';
import type { OverriddenObject } from '#compiler/override/applied.ts';
import { isError } from '#compiler/verdict.ts';
import { countOf, withoutText } from '#compiler/write/rendered-files.ts';
import { CompileCache } from '#io/cache/compile-cache.ts';
import { buildersOf } from '#io/engine/builds.ts';
import { changeFiles, readOwnFiles } from '#io/files/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { FileMap, Text } from '#model/files.ts';
import type { FleetSettings } from '#model/fleet.ts';
import type { LeftOut } from '#model/left-out.ts';
import type { Profile } from '#model/policy.ts';
import type { BudgetVerdict } from '#review/budget.ts';
import { checkDeletions } from './check-deletions.ts';
import { withBuilds } from './located-builds.ts';
import { readSettings, readSources } from './read.ts';
import { validate, validates } from './validation.ts';

export interface CompileDirectoryOptions {
  /** Where the output folders are; the fleet repository itself when absent. */
  readonly out?: string | undefined;
  /** Write nothing; only tell what would change. */
  readonly check?: boolean | undefined;
  /** regatta when absent. */
  readonly profile?: Profile | undefined;
  /** Write what can be rendered in spite of errors, and leave out the rest. */
  readonly partial?: boolean | undefined;
  /** Treat warnings as errors. */
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
  readonly output: () => ReadonlyMap<string, Text>;
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
  const memory = new CompileCache<Outcome>(out, codeIdentity());
  const scanning = memory.scan(settings.rendered);
  const { sources, builds, fetchFaults } = await readSources(directory, settings);
  const bindings = readOwnFiles(out, [settings.bindings]);
  const existing = once(async () => memory.existing(settings.rendered, await scanning));
  const there = async () => {
    const { intact, others } = await existing();
    return { intact, others: new Map([...others, ...bindings]) };
  };
  // All that a compile depends on but its code and what was decided before.
  const stable = digestOfFiles(sources, [profile, ...(await buildersOf(builds))]);
  const inputs = digestOfFiles(bindings, [stable]);
  if (memory.isOf(inputs) && !partial && !strict) {
    const remembered = memory.outcomeOver(await existing());
    if (remembered !== undefined) {
      return resultOver(remembered);
    }
  }

  const scripts = await scriptsFor(sources);
  const validated = validates(settings, { strict });
  const given = { profile, partial, strict, memo: memory, scripts, fetchFaults };
  const rendered = await withBuilds({ builds, files: sources }, (built) =>
    renderValidated({
      ...{ directory, out, settings, validated },
      renderWith: (how) => renderFleet(sources, bindings, { ...given, builds: built, ...how }),
      changedIn: check
        ? async (first) => planOutput(first, await there()).plan.write.keys()
        : undefined,
    }),
  );
  // While the thread still looks at the disk.
  if (!check && !rendered.diagnostics.some(isError)) memory.saveResults();
  const compilation = planOutput(rendered, await there());
  if (compilation.writable && !check) {
    await changeFiles(out, compilation.plan, (...file) => memory.wrote(...file));
    if (compilation.ok) {
      const { root, rendered: files, bindings } = compilation.wanted;
      const left = new Map(bindings.entries().map(([file, { text }]) => [file, text]));
      const next = digestOfFiles(left, [stable]);
      memory.saveOutcome(next, outcomeOver(compilation), {
        root,
        files: files.map(withoutText),
      });
    }
  }
  const deletions = check ? checkDeletions(out, settings, await there(), compilation) : undefined;
  return resultOf(compilation, deletions);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

interface Validated {
  readonly directory: string;
  readonly out: string;
  readonly settings: FleetSettings;
  readonly validated: boolean;
  readonly renderWith: (how: { readonly validated: boolean }) => RenderedFleet;
  /** Paths of the rendered files that are to be written; absent when updates are not checked. */
  readonly changedIn?: ((rendered: RenderedFleet) => Promise<Iterable<string>>) | undefined;
}

/** Renders the fleet and validates it: all of it when validation is on, otherwise only the updates. */
async function renderValidated(options: Validated): Promise<RenderedFleet> {
  const { directory, out, settings, validated, renderWith, changedIn } = options;
  const rendered = renderWith({ validated });
  if (settings.validation === 'Never') return rendered;
  const changed = changedIn === undefined ? [] : [...(await changedIn(rendered))];
  const existing = changed.length === 0 ? new Map() : readOwnFiles(out, changed);
  if (!validated && existing.size === 0) return rendered;
  const scope = validated ? 'everything' : 'updates';
  const { rendition } = validated ? rendered : renderWith({ validated: true });
  return withFindings(rendered, await validate(directory, rendition, { existing, scope }));
}

function resultOver(remembered: Outcome): CompileResult {
  const nothing = { changed: [], output: () => new Map(), overridden: [] };
  return { ok: true, written: true, ...remembered, ...nothing };
}

function resultOf(compilation: Compilation, deletions?: BudgetVerdict): CompileResult {
  const { ok, writable, diagnostics, plan, objects, clusters, ...told } = compilation;
  const { leftOut, wanted, overridden } = told;
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
    output: () => outputOf(wanted),
    overridden,
  };
}

/** What the next compile of the same inputs will come to, because it finds all of it written. */
function outcomeOver({ diagnostics, leftOut, wanted, objects, clusters }: Compilation): Outcome {
  const unchanged = countOf(wanted.rendered) + wanted.bindings.size;
  const files = { written: 0, unchanged, removed: 0 };
  return { diagnostics, leftOut, summary: { objects, clusters, ...files } };
}

/** Each part goes with its length, so that other parts never read the same. */
function digestOfFiles(files: FileMap, facts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(facts));
  for (const [path, content] of files) {
    const [kind, text] =
      typeof content === 'string' ? ['', content] : ['!', JSON.stringify(content)];
    digest.update(`${path.length} ${path}${kind}${text.length} `).update(text);
  }
  return digest.digest('base64url');
}

/**
 * The bundler names this chunk by a digest of what is in it. Source files have no such name: there
 * nothing is taken for the same code but that of this process.
 */
function codeIdentity(): string {
  return import.meta.filename.endsWith('.ts') ? `${process.pid}` : import.meta.url;
}
