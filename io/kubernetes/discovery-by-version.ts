/** Discovery as of Kubernetes before 1.26: one list of API versions, and one request for each of them. */
import { ClusterError } from '#syncer/cluster-error.ts';
import { type GroupKinds, kindsAt } from './discovered.ts';
import type { KubernetesHttp } from './http.ts';
import { readResourceList } from './resource-list.ts';

/** An API group with its versions, the preferred one first. */
interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

interface GroupList {
  readonly kind?: unknown;
  /** APIVersions lists the versions of the core group here. */
  readonly versions?: unknown;
  /** APIGroupList lists the groups here. */
  readonly groups?: unknown;
}

interface ListedGroup {
  readonly name: string;
  readonly versions: readonly { readonly version: string }[];
  readonly preferredVersion?: { readonly version?: string };
}

/**
 * Returns the kinds of each group in an APIVersions or APIGroupList; undefined if the body is neither. A
 * version that does not answer makes its group unknown, and no other one.
 */
export async function discoverByVersion(
  http: KubernetesHttp,
  body: unknown,
  signal: AbortSignal,
): Promise<readonly GroupKinds[] | undefined> {
  const groups = groupsIn(Object(body) as GroupList);
  return groups && Promise.all(groups.map((group) => discoverGroup(http, group, signal)));
}

function groupsIn({ kind, versions, groups }: GroupList): readonly Group[] | undefined {
  if (kind === 'APIVersions' && Array.isArray(versions)) return [{ name: '', versions }];
  if (kind !== 'APIGroupList' || !Array.isArray(groups)) return undefined;
  return groups.map(({ name, versions: listed, preferredVersion }: ListedGroup) => {
    const rank = ({ version }: { readonly version: string }) =>
      version === preferredVersion?.version ? 0 : 1;
    const sorted = listed.toSorted((a, b) => rank(a) - rank(b));
    return { name, versions: sorted.map(({ version }) => version) };
  });
}

async function discoverGroup(
  http: KubernetesHttp,
  { name: group, versions }: Group,
  signal: AbortSignal,
): Promise<GroupKinds> {
  const found = await Promise.all(
    versions.map(async (version) => {
      const apiVersion = group === '' ? version : `${group}/${version}`;
      const resources = await readResourceList(http, apiVersion, signal).catch(ignoreFailure);
      return resources && kindsAt(apiVersion, resources);
    }),
  );
  return {
    group,
    kinds: found.flatMap((kinds) => kinds ?? []),
    isUnknown: versions.length === 0 || found.includes(undefined),
  };
}

function ignoreFailure(error: unknown): undefined {
  if (!(error instanceof ClusterError)) throw error;
  return undefined;
}
