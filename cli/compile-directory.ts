import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from '#compiler/compile.ts';
import { parseSettings } from '#compiler/parse/settings.ts';
import { changeFiles, readFiles } from '#io/files.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { type FleetSettings, fleetFile, sourceRoots } from '#model/fleet.ts';
import type { Profile } from '#model/profile.ts';

export interface CompileDirectoryOptions {
  /** Where the output folders are; the fleet repository itself when absent. */
  readonly out?: string | undefined;
  /** Write nothing; only tell what would change. */
  readonly check?: boolean | undefined;
  /** regatta when absent. */
  readonly profile?: Profile | undefined;
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
  /** Whether the repository compiles; only then was anything written. */
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly summary: CompileSummary;
  /** Paths of written and removed files, relative to the directory of the output folders. */
  readonly changed: readonly string[];
}

/**
 * Compiles the fleet repository in a directory and writes its rendered directories and bindings.
 * An error in the repository changes no file.
 *
 * @throws Error when `directory` is none, or the disk fails
 */
export async function compileDirectory(
  directory: string,
  { out = directory, check = false, profile = 'regatta' }: CompileDirectoryOptions = {},
): Promise<CompileResult> {
  if (!(await isDirectory(directory))) throw new Error(`${directory} is not a directory`);
  const settings = await readSettings(directory);
  const sources = await readFiles(directory, [fleetFile, ...sourceRoots(settings)]);
  const existing = await readFiles(out, [settings.rendered, settings.bindings]);
  const { ok, diagnostics, plan, objects, clusters } = compile(sources, existing, { profile });
  if (ok && !check) await changeFiles(out, plan);
  return {
    ok,
    diagnostics,
    summary: {
      ...{ objects, clusters },
      written: plan.write.size,
      unchanged: plan.unchanged,
      removed: plan.remove.length,
    },
    changed: [...plan.write.keys(), ...plan.remove],
  };
}

/** Which folders to read. A fault in the file is reported by the compile that follows. */
async function readSettings(directory: string): Promise<FleetSettings> {
  const content = (await readFiles(directory, [fleetFile])).get(fleetFile);
  return parseSettings(typeof content === 'string' ? content : undefined, () => {});
}

/** What a compile of a directory reads, as paths: for those who watch it. */
export async function sourcePaths(directory: string): Promise<readonly string[]> {
  const settings = await readSettings(directory);
  return [fleetFile, ...sourceRoots(settings)].map((path) => join(directory, path));
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
