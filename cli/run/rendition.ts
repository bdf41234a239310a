import { parseSettings } from '#compiler/parse/settings.ts';
import { Store } from '#io/cache/store.ts';
import { systemClock } from '#io/clock.ts';
import { readFiles } from '#io/files/files.ts';
import type { GitSource } from '#io/git/source.ts';
import { type Diagnostic, formatDiagnostic } from '#model/diagnostic.ts';
import { errorMessage } from '#model/error.ts';
import { sourceRoots } from '#model/fleet.ts';
import { noAbort } from '#syncer/ports/no-abort.ts';
import { type Rendition, withRendition } from '#syncer/status/rendition.ts';
import type { SyncStatus } from '#syncer/status/status.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { isSourceFile, readSettings } from '../fleet/read.ts';
import { compileLimits } from '../options/compile-limits.ts';
import { compilerWithin } from './compile-child.ts';

/** The last commit that `status` has compared with its sources. */
interface Remembered {
  readonly commit: string;
  readonly rendition: Rendition;
  /** Until when it counts, in milliseconds since the epoch. */
  readonly until: number;
}

/** How long a fault counts that another compile of the commit may not have, in milliseconds. */
const faultMs = 10 * 60_000;

/** Returns the status of clusters, with whether the head of the branch is rendered. */
export async function withRenditions({
  source,
  statuses,
}: {
  readonly source: GitSource;
  readonly statuses: readonly SyncStatus[];
}): Promise<readonly SyncStatus[]> {
  const head = statuses.map(({ desired }) => desired).find((commit) => commit !== '');
  if (head === undefined) return statuses;
  const rendition = await renditionOf(source, head, noAbort);
  return statuses.map((status) => withRendition(status, head, rendition));
}

/**
 * Finds out whether the rendered files of a fetched commit are those of its sources. Compiles the sources only if
 * they changed after the last rendered commit, and once for each commit.
 */
async function renditionOf(
  source: GitSource,
  commit: string,
  signal: AbortSignal,
): Promise<Rendition> {
  const { branch, path } = source.origin;
  const version = [packageJson.version, branch, path].join(' ');
  const memory = new Store<Remembered>(source.directory.replace(/\.git$/, '.rendition'), version);
  const known = memory.value;
  if (known?.commit === commit && systemClock.now() < known.until) return known.rendition;
  try {
    const { rendition, isLasting } = await compare(source, commit, signal);
    const until = isLasting ? Number.POSITIVE_INFINITY : systemClock.now() + faultMs;
    memory.save({ commit, rendition, until });
    return rendition;
  } catch (error) {
    return { type: 'unknown', reason: errorMessage(error) };
  }
}

interface Comparison {
  readonly rendition: Rendition;
  /** Whether another compile of the commit would have the same result. */
  readonly isLasting: boolean;
}

async function compare(
  source: GitSource,
  commit: string,
  signal: AbortSignal,
): Promise<Comparison> {
  const last = await source.lastRender(commit, await outputsAt(source, commit, signal), signal);
  if (last !== undefined && !last.isOutdated) return current;
  const directory = await source.checkout(commit, signal);
  if (!hasSources(directory)) return current;
  const compile = compilerWithin(compileLimits({}));
  const { ok, diagnostics, exceeded } = await compile(directory, signal);
  const rendered = last?.commit ?? '';
  if (!ok) {
    const reason = exceeded ?? reasonOf(diagnostics);
    const rendition = { type: 'faulty', rendered, reason } as const;
    return { rendition, isLasting: exceeded === undefined && !diagnostics.some(isTransient) };
  }
  if (!(await source.hasChanges(signal))) return current;
  return { rendition: { type: 'outdated', rendered }, isLasting: true };
}

const current: Comparison = { rendition: { type: 'current' }, isLasting: true };

/** Returns the output folders of a commit. */
async function outputsAt(
  source: GitSource,
  commit: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { settings: oid } = (await source.tree(commit, signal)) ?? {};
  const text = oid === undefined ? undefined : (await source.read([oid], signal)).get(oid);
  return [source.origin.path, parseSettings(text, () => {}).bindings];
}

/** Reports whether a repository has sources. Without them, people write the rendered files. */
function hasSources(directory: string): boolean {
  const files = readFiles(directory, sourceRoots(readSettings(directory)));
  return files.keys().some(isSourceFile);
}

function reasonOf(diagnostics: readonly Diagnostic[]): string {
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === 'error');
  if (first === undefined) return 'the compile failed';
  const [line = ''] = formatDiagnostic(first).split('\n');
  return others.length === 0 ? line : `${line} (and ${others.length} more)`;
}

/** Reports whether a fault may be that of a server. */
function isTransient({ code }: Diagnostic): boolean {
  return code === 'build/not-fetched';
}
