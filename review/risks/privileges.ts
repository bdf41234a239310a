import { type FieldMap, isFieldMap, type KubeObject } from '#model/object.ts';
import { containersOf, listOf, podSpecOf } from './pods.ts';

/** Returns the privileges that an object gains, as clauses such as "container web is privileged". */
export function gainedPrivileges(
  before: KubeObject | undefined,
  after: KubeObject,
): readonly string[] {
  const had = new Set(before === undefined ? [] : privilegesOf(before));
  return [...new Set(privilegesOf(after))].filter((privilege) => !had.has(privilege));
}

function privilegesOf(object: KubeObject): readonly string[] {
  if (object.kind === 'Role' || object.kind === 'ClusterRole') return grantsOf(object);
  if (object.kind === 'RoleBinding' || object.kind === 'ClusterRoleBinding') {
    return listOf(object.subjects).map(({ kind, namespace, name }) => {
      const home = typeof namespace === 'string' ? `${namespace}/` : '';
      return `${kind} ${home}${name} gets the role`;
    });
  }
  const spec = podSpecOf(object);
  return spec === undefined
    ? []
    : [...podPrivileges(spec), ...containersOf(spec).flatMap(ofContainer)];
}

/** Returns one entry per verb and resource, so that a grant moved to another rule is not a gain. */
function grantsOf({ rules }: KubeObject): readonly string[] {
  return listOf(rules).flatMap(
    ({ verbs, resources, apiGroups, nonResourceURLs, resourceNames }) => {
      const groups = textsOf(apiGroups);
      const things = [
        ...textsOf(resources).flatMap((resource) =>
          (groups.length === 0 ? [''] : groups).map((group) =>
            group ? `${resource}.${group}` : resource,
          ),
        ),
        ...textsOf(nonResourceURLs),
      ];
      const only = textsOf(resourceNames);
      const names = only.length === 0 ? '' : ` named ${only.join(', ')}`;
      return things.flatMap((thing) =>
        textsOf(verbs).map((verb) => `allows ${verb} on ${thing}${names}`),
      );
    },
  );
}

function podPrivileges(spec: FieldMap): readonly string[] {
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  const paths = listOf(spec.volumes).flatMap(({ hostPath }) =>
    isFieldMap(hostPath) ? [`mounts host path ${hostPath.path}`] : [],
  );
  return [...host.map((field) => `sets ${field}`), ...paths];
}

function ofContainer({ name, securityContext }: FieldMap): readonly string[] {
  if (!isFieldMap(securityContext)) return [];
  const { privileged, allowPrivilegeEscalation, runAsUser, capabilities } = securityContext;
  const added = isFieldMap(capabilities) ? textsOf(capabilities.add) : [];
  return [
    ...(privileged === true ? [`container ${name} is privileged`] : []),
    ...(allowPrivilegeEscalation === true ? [`container ${name} may gain privileges`] : []),
    ...(runAsUser === 0 ? [`container ${name} runs as root`] : []),
    ...added.map((capability) => `container ${name} has the capability ${capability}`),
  ];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
