import { decisionOf } from '#compiler/explain/file.ts';
import { isDirectory } from '#io/files/files.ts';
import { GitHistory } from '#io/git/history.ts';
import type { Position } from '#model/diagnostic.ts';
import { describeObject, type ObjectKey } from '#model/object.ts';
import { derivedId, type Origin, repositoryAddress } from '#model/origin.ts';
import type { Profile } from '#model/policy.ts';
import { decideDirectory } from './decide.ts';
import { readSettings } from './read.ts';

/** The sources of a rendered object. */
export interface ObjectSource {
  readonly template: Position;
  /** The policy that sends the object to its cluster; absent if the object needs none. */
  readonly policy?: { readonly name: string; readonly at: Position };
}

/** A rendered object of a fleet. */
export interface FleetObject {
  readonly key: ObjectKey;
  readonly cluster: string;
  readonly fleetId: string;
  readonly origin: Pick<Origin, 'branch' | 'path'>;
}

/** Maximum time for git, in milliseconds. */
const gitMs = 10_000;

/**
 * Returns the template and the policy of an object, if a directory has the sources of its fleet and they render it.
 */
export async function sourceOf(
  directory: string,
  { key, cluster, fleetId, origin }: FleetObject,
  profile: Profile,
): Promise<ObjectSource | undefined> {
  if (!isDirectory(directory) || (await fleetIdOf(directory, origin)) !== fleetId) return undefined;
  const { decisions } = await decideDirectory(directory, profile, {
    shown: (decisions) => {
      const found = decisionOf(key, cluster, decisions);
      return found === undefined ? [] : [found.binding.template];
    },
  });
  const rendered = decisionOf(key, cluster, decisions);
  if (rendered === undefined) return undefined;
  const { template, policy: own, requiredBy = [] } = rendered.binding;
  const policy = own ?? requiredBy.find((referrer) => referrer.policy !== undefined)?.policy;
  return {
    template: template.at(''),
    ...(policy && { policy: { name: describeObject(policy.object), at: policy.at('') } }),
  };
}

/** Returns the id of the fleet in a directory; without `spec.id`, it follows from the remote of the clone. */
async function fleetIdOf(
  directory: string,
  origin: FleetObject['origin'],
): Promise<string | undefined> {
  const { id } = readSettings(directory);
  if (id !== undefined) return id;
  try {
    const git = await GitHistory.open(directory, AbortSignal.timeout(gitMs));
    return derivedId({ ...origin, repository: repositoryAddress(await git.address()) });
  } catch {
    // The directory is not in a clone.
    return undefined;
  }
}
