import { createHash } from 'node:crypto';
import { buildersOf } from '#io/engine/builds.ts';
import { readOwnFiles } from '#io/files/files.ts';
import { withoutConverted } from '#io/git/converted-files.ts';
import type { FileMap } from '#model/files.ts';
import type { FleetSettings } from '#model/fleet.ts';
import { byText } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import { readSources, type Sources } from './read.ts';

/** Everything that decides the output of a compile, except its code. */
export interface CompileInputs {
  readonly sources: Sources;
  readonly bindings: FileMap;
  /** Digest of the sources, the profile and the builders. */
  readonly stable: string;
  /** Digest of all inputs. */
  readonly digest: string;
}

/** Where a compile reads its sources and its bindings. */
interface InputFolders {
  readonly directory: string;
  /** Directory of the output folders; `directory` when absent. */
  readonly out?: string | undefined;
}

/** Reads the inputs of a compile. */
export async function readInputs(
  { directory, out = directory }: InputFolders,
  settings: FleetSettings,
  profile: Profile = 'regatta',
): Promise<CompileInputs> {
  const sources = await readSources(directory, settings);
  const bindings = await withoutConverted(out, {
    files: readOwnFiles(out, [settings.bindings]),
    tops: [settings.bindings],
  });
  const links = JSON.stringify([...sources.links]);
  const facts = [profile, links, ...(await buildersOf(sources.needed))];
  const stable = digestOfFiles(sources.sources, facts);
  return { sources, bindings, stable, digest: withBindings(stable, bindings) };
}

/** Returns the digest of all inputs. A compile writes the bindings in another order than it reads them. */
export function withBindings(stable: string, bindings: FileMap): string {
  const sorted = [...bindings].toSorted(([a], [b]) => byText(a, b));
  return digestOfFiles(new Map(sorted), [stable]);
}

/**
 * Returns a digest of files and facts. It includes the length of each part, so that different inputs
 * have different digests.
 */
function digestOfFiles(files: FileMap, facts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(facts));
  for (const [path, content] of files) {
    const [kind, text] =
      typeof content === 'string' ? ['', content] : ['!', JSON.stringify(content)];
    digest.update(`${path.length} ${path}${kind}${text.length} `).update(text);
  }
  return digest.digest('base64url');
}
