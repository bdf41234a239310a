import {
  type Compilation,
  planOutput,
  type RenderedFleet,
  renderFleet,
  withFindings,
} from '#compiler/compile.ts';
import { isError } from '#compiler/verdict.ts';
import type { DesiredFiles } from '#compiler/write/plan.ts';
import { withoutText } from '#compiler/write/rendered-files.ts';
import { CompileCache } from '#io/cache/compile-cache.ts';
import { changeFiles, readOwnFiles } from '#io/files/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { Existing, FileMap } from '#model/files.ts';
import type { FleetSettings } from '#model/fleet.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { lockFile } from '#model/image-lock.ts';
import type { Profile } from '#model/policy.ts';
import { checkDeletions } from './check-deletions.ts';
import {
  type CachedResult,
  type CompileResult,
  cachedResultOf,
  resultOf,
  resultOfCached,
} from './compile-result.ts';
import { type CompileInputs, readInputs, withBindings } from './inputs.ts';
import { type Judge, judgedValidation, withUnacknowledged, withUnsourced } from './judge.ts';
import { withBuilds } from './located-builds.ts';
import { isSourceFile, readSettings } from './read.ts';
import { unconverted } from './unconverted.ts';
import { validate, validates } from './validation.ts';

/** How `compileDirectory` compiles. */
export interface CompileDirectoryOptions {
  /** Directory of the output folders; the fleet repository itself when absent. */
  readonly out?: string | undefined;
  /** Whether compile only returns what would change, and writes nothing. */
  readonly check?: boolean | undefined;
  /** With `check`, the settings of the base of the change, by which the output is checked. */
  readonly judge?: Judge | undefined;
  /** With `check`, the rendered files before the compile; those on the disk when absent. */
  readonly rendered?: RenderedFolder | undefined;
  /** Policy dialect; `regatta` when absent. */
  readonly profile?: Profile | undefined;
  /** Whether compile writes the objects without errors, and leaves out the others. */
  readonly partial?: boolean | undefined;
  /** Whether warnings count as errors. */
  readonly strict?: boolean | undefined;
}

/** One compile of a directory: its inputs, its cache and the files that are there. */
interface Run extends Omit<CompileInputs, 'digest'> {
  readonly directory: string;
  readonly out: string;
  readonly options: CompileDirectoryOptions;
  readonly settings: FleetSettings;
  readonly cache: CompileCache<CachedResult>;
  /** Resolves to the rendered files and bindings on the disk. */
  readonly existing: () => Promise<Existing>;
}

/** The rendered files before a compile. */
export interface RenderedFolder {
  /** Resolves to all files. Of those that the compile wants, it need not read the texts. */
  readonly existing: (desired: DesiredFiles) => Promise<Existing>;
  /** Resolves to the contents of some files. */
  readonly read: (paths: readonly string[]) => Promise<FileMap>;
}

/**
 * Compiles the fleet repository in a directory and writes its rendered directories and bindings.
 * An error in the repository changes no file.
 *
 * @throws Error when `directory` is not a directory, or the disk fails
 */
export async function compileDirectory(
  directory: string,
  options: CompileDirectoryOptions = {},
): Promise<CompileResult> {
  const { out = directory, profile = 'regatta', partial, strict } = options;
  const settings = readSettings(directory);
  const cache = cacheOf(out);
  const scanning = cache.scan(settings.rendered);
  // Awaited later: an error before then must not end the process.
  scanning.catch(() => {});
  const { digest, ...inputs } = await readInputs({ directory, out }, settings, profile);
  const rendered = once(async () =>
    unconverted(out, settings.rendered, cache.existing(settings.rendered, await scanning)),
  );
  const existing = async () => {
    const { intact, others } = await rendered();
    return { intact, others: new Map([...others, ...inputs.bindings]) };
  };
  const run = { directory, out, options, settings, cache, existing, ...inputs };
  const isSame = judgedValidation(settings, options.judge) === settings.validation;
  if (isSame && cache.isOf(digest) && !partial && !strict) {
    const found = await rendered();
    const cached = found.isConverted ? undefined : cache.outcomeOver(found);
    if (cached !== undefined) return judged(run, resultOfCached(cached));
  }
  return compileRun(run);
}

/** Opens the cache of compiles into a directory. */
export function cacheOf(out: string): CompileCache<CachedResult> {
  return new CompileCache(out, codeIdentity());
}

/** Adds the errors that only `--check` reports. */
async function judged(
  { out, options, settings, sources, existing }: Run,
  result: CompileResult,
): Promise<CompileResult> {
  const { judge } = options;
  if (judge === undefined) return result;
  const hasSources = sources.sources.keys().some(isTemplateSource);
  return withUnsourced(result, judge, { out, settings, hasSources, existing: await existing() });
}

function isTemplateSource(path: string): boolean {
  return path !== fleetFile && path !== lockFile && isSourceFile(path);
}

async function compileRun(run: Run): Promise<CompileResult> {
  const { out, options, sources, bindings, cache } = run;
  const { check, profile = 'regatta' } = options;
  const { sources: files, needed, fetchFaults, links } = sources;
  const scripts = await scriptsFor(files);
  const inputs = { needed, existing: bindings, compile: { profile, fetchFaults, links }, files };
  const rendered = await withBuilds(inputs, (builds) => renderRun(run, { scripts, builds }));
  // Saved here, because the scan of the disk is still running.
  if (!check && !rendered.diagnostics.some(isError)) cache.saveResults();
  const compilation = planOutput(rendered, await existingFor(run, rendered));
  if (check) return checked(run, compilation);
  if (compilation.writable) {
    await changeFiles(out, compilation.plan, (...file) => cache.wrote(...file));
    if (compilation.ok) saveResult(run, compilation);
  }
  return resultOf(compilation);
}

async function checked(run: Run, compilation: Compilation): Promise<CompileResult> {
  const { out, options, settings } = run;
  if (options.rendered !== undefined) return resultOf(compilation);
  const { deletionBudget } = options.judge?.settings ?? settings;
  const existing = await run.existing();
  const earlier = options.judge?.earlier ?? new Map();
  const judging = { rendered: settings.rendered, deletionBudget, earlier };
  const result = resultOf(compilation, checkDeletions(out, judging, existing, compilation));
  if (options.judge === undefined || !compilation.writable) return judged(run, result);
  return judged(run, withUnacknowledged(result, compilation, existing));
}

function saveResult({ cache, stable }: Run, compilation: Compilation): void {
  const { root, rendered, bindings } = compilation.desired;
  const written = new Map(bindings.entries().map(([file, { text }]) => [file, text]));
  cache.saveOutcome(withBindings(stable, written), cachedResultOf(compilation), {
    root,
    files: rendered.map(withoutText),
  });
}

/**
 * Renders the fleet and adds what API servers would refuse: in everything that is rendered where
 * the settings validate that, otherwise with `check` in the updates.
 */
async function renderRun(
  run: Run,
  given: Pick<Parameters<typeof renderFleet>[2], 'scripts' | 'builds'>,
): Promise<RenderedFleet> {
  const { directory, options, settings, sources, bindings, cache } = run;
  const { check, profile = 'regatta', partial = false, strict = false } = options;
  const rendered = renderFleet(sources.sources, bindings, {
    ...given,
    profile,
    partial,
    strict,
    memo: cache,
    fetchFaults: sources.fetchFaults,
    links: sources.links,
  });
  const validation = judgedValidation(settings, options.judge);
  if (validation === 'Never') return rendered;
  const validated = validates({ validation }, { strict });
  const updated = check ? await updatedFiles(run, rendered) : new Map();
  if (!validated && updated.size === 0) return rendered;
  const scope = validated ? 'everything' : 'updates';
  const found = await validate(directory, rendered.rendition(), { existing: updated, scope });
  return withFindings(rendered, found, scope);
}

/** Returns the contents of the files that the compile would replace. */
async function updatedFiles(run: Run, rendered: RenderedFleet): Promise<FileMap> {
  const { plan } = planOutput(rendered, await existingFor(run, rendered));
  const changed = [...plan.write.keys()];
  if (changed.length === 0) return new Map();
  const committed = run.options.rendered;
  return committed === undefined ? readOwnFiles(run.out, changed) : committed.read(changed);
}

/** Resolves to the files that a compile compares with its output. */
async function existingFor(
  { options, bindings, existing }: Run,
  { desired }: RenderedFleet,
): Promise<Existing> {
  if (options.rendered === undefined) return existing();
  const { intact, others } = await options.rendered.existing(desired);
  return { intact, others: new Map([...others, ...bindings]) };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * Identifies the code of this compile. The bundler names this chunk by a digest of its content.
 * Source files have no such name, so a process that runs them shares its cache with no other process.
 */
function codeIdentity(): string {
  return import.meta.filename.endsWith('.ts') ? `${process.pid}` : import.meta.url;
}
