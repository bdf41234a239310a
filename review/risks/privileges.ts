import { type FieldMap, isFieldMap, type KubeObject } from '#model/object.ts';
import { containersOf, listOf, podSpecOf } from './pods.ts';

/** What an object may do that it could not before. */
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

/** A grant a line, so that one that was there in another rule is no gain. */
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
        textsOf(verbs).map((verb) => `it may ${verb} ${thing}${names}`),
      );
    },
  );
}

function podPrivileges(spec: FieldMap): readonly string[] {
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  const paths = listOf(spec.volumes).flatMap(({ hostPath }) =>
    isFieldMap(hostPath) ? [`its pods see the node’s ${hostPath.path}`] : [],
  );
  return [...host.map((field) => `its pods have ${field}`), ...paths];
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
