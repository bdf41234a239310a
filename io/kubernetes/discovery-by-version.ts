/** Discovery as of Kubernetes before 1.26: one list of API versions, and one request for each of them. */
import { type FieldMap, isFieldMap } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import { type GroupKinds, kindsAt } from './discovered.ts';
import type { KubernetesHttp } from './http.ts';
import { readResourceList } from './resource-list.ts';
import { isText, listOf, textIn } from './shapes.ts';

/** An API group with its versions, the preferred one first. */
interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

/**
 * Returns the kinds of each group in an APIVersions or APIGroupList; undefined if the body is neither. A
 * version that does not answer makes its group unknown, and no other one.
 */
export async function discoverByVersion(
  http: KubernetesHttp,
  body: FieldMap,
  signal: AbortSignal,
): Promise<readonly GroupKinds[] | undefined> {
  const groups = groupsIn(body);
  return groups && Promise.all(groups.map((group) => discoverGroup(http, group, signal)));
}

/** APIVersions lists the versions of the core group, and APIGroupList lists the other groups. */
function groupsIn({ kind, versions, groups }: FieldMap): readonly Group[] | undefined {
  if (kind === 'APIVersions' && Array.isArray(versions)) {
    return [{ name: '', versions: versions.filter(isText) }];
  }
  if (kind !== 'APIGroupList' || !Array.isArray(groups)) return undefined;
  return groups.map((value: unknown) => {
    // A group without readable versions is unknown.
    const group = isFieldMap(value) ? value : {};
    const preferred = isFieldMap(group.preferredVersion) ? group.preferredVersion.version : '';
    const listed = (listOf(group.versions) ?? []).filter(isFieldMap);
    const found = listed.flatMap((version) => textIn(version, 'version') ?? []);
    const rank = (version: string) => (version === preferred ? 0 : 1);
    const sorted = found.toSorted((a, b) => rank(a) - rank(b));
    return { name: textIn(group, 'name') ?? '', versions: sorted };
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
