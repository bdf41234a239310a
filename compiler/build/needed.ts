import type { FileMap, FolderLinks } from '#model/files.ts';
import { fleetFile } from '#model/fleet-file.ts';
import type { TemplateBuild } from '#model/template-build.ts';
import { parseSettings } from '../parse/settings.ts';
import { buildsOf, planBuilds } from './plan.ts';
import type { RequestedSource } from './remote.ts';

/** The builds that a compile of some files needs first. More files, and results, may reveal more builds. */
export interface NeededBuilds {
  readonly builds: readonly TemplateBuild[];
  /** Paths outside the source folders that builds name and the caller has not read. */
  readonly absent: readonly string[];
  /** Remote charts and bases. The caller fetches those whose digests are in the lock. */
  readonly remoteSources: readonly RequestedSource[];
  /** Whether charts wait until it is known which APIs the repository defines. */
  readonly waits: boolean;
}

/**
 * Returns the builds that must run before these files can be compiled.
 *
 * @param links - the symbolic links to folders among the files
 */
export function buildsFor(files: FileMap, links?: FolderLinks): NeededBuilds {
  const content = files.get(fleetFile);
  const settings = parseSettings(typeof content === 'string' ? content : undefined, () => {});
  const plan = planBuilds(files, settings, () => {}, { links });
  const { absent, remoteSources, waits } = plan;
  return { builds: buildsOf(plan), absent, remoteSources, waits };
}
