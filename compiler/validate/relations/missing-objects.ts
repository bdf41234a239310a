import { nearestWord } from '#model/nearest.ts';
import { describeObject, isFieldMap, type KubeObject } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import type { Findings } from '../findings.ts';
import type { Validation } from '../validation.ts';
import type { ClusterContents } from './cluster-contents.ts';
import { explainHook, LeftOutHooks } from './left-out-hooks.ts';
import { placesAt } from './places.ts';
import { neededByPods } from './pods.ts';

/** A reference of an object to another one on its cluster. */
interface Reference {
  /** `group/Kind`. */
  readonly groupKind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: readonly string[];
}

/** Reports references to objects that nothing makes on the cluster. */
export function reportMissingObjects(
  { distinct, decisions }: Validation,
  contents: ReadonlyMap<string, ClusterContents>,
  findings: Findings,
): void {
  const hooks = new LeftOutHooks(decisions.leftOutHooks);
  for (const [object, on] of distinct) {
    for (const reference of referencesOf(object)) {
      const lacking = on.filter(({ cluster }) => {
        const hook = hooks.makerOf(reference, cluster);
        return isMissing(reference, contents.get(cluster), hook !== undefined);
      });
      const [first] = lacking;
      if (first === undefined) continue;
      const hook = hooks.makerOf(reference, first.cluster);
      findings.add({
        code: 'validate/missing-object',
        severity: 'warning',
        message: `${describeObject(object)} needs ${nameOf(reference)}, which nothing makes`,
        pointer: pointerTo(reference.path),
        ...(hook === undefined
          ? { hint: hintFor(reference, contents, first.cluster) }
          : explainHook(hook)),
        on: lacking,
      });
    }
  }
}

function referencesOf(object: KubeObject): readonly Reference[] {
  const { namespace = '' } = object.metadata;
  const ofPods = neededByPods(object).map(({ kind, name, path }) => {
    return { groupKind: `/${kind}`, namespace, name, path };
  });
  switch (`${object.apiVersion}/${object.kind}`) {
    case 'networking.k8s.io/v1/Ingress':
      return [...backendsOf(object, namespace), ...certificatesOf(object, namespace)];
    case 'autoscaling/v1/HorizontalPodAutoscaler':
    case 'autoscaling/v2/HorizontalPodAutoscaler':
      return targetOf(object, namespace);
    case 'rbac.authorization.k8s.io/v1/RoleBinding':
    case 'rbac.authorization.k8s.io/v1/ClusterRoleBinding':
      return roleOf(object, namespace);
    default:
      return ofPods;
  }
}

function backendsOf(object: KubeObject, namespace: string): readonly Reference[] {
  const patterns = [
    'spec/defaultBackend/service/name',
    'spec/rules/*/http/paths/*/backend/service/name',
  ];
  return patterns
    .flatMap((pattern) => placesAt(object, pattern))
    .flatMap(({ path, value }) =>
      typeof value === 'string' ? [{ groupKind: '/Service', namespace, name: value, path }] : [],
    );
}

/** Annotations with which a controller makes the Secrets of an Ingress. */
const certificateMakers =
  /^([\w-]+\.)*(cert-manager\.io|cert\.gardener\.cloud)\/|^kubernetes\.io\/tls-acme$/;

function certificatesOf(object: KubeObject, namespace: string): readonly Reference[] {
  const { annotations = {} } = object.metadata;
  if (Object.keys(annotations).some((key) => certificateMakers.test(key))) return [];
  return placesAt(object, 'spec/tls/*/secretName').flatMap(({ path, value }) =>
    typeof value === 'string' && value !== ''
      ? [{ groupKind: '/Secret', namespace, name: value, path }]
      : [],
  );
}

function targetOf({ spec }: KubeObject, namespace: string): readonly Reference[] {
  const target = isFieldMap(spec) ? spec['scaleTargetRef'] : undefined;
  if (!isFieldMap(target)) return [];
  const { apiVersion, kind, name } = target;
  const isWorkload = apiVersion === 'apps/v1' && typeof kind === 'string';
  if (!isWorkload || typeof name !== 'string') return [];
  const path = ['spec', 'scaleTargetRef', 'name'];
  return [{ groupKind: `apps/${kind}`, namespace, name, path }];
}

const rbac = 'rbac.authorization.k8s.io';

function roleOf({ roleRef }: KubeObject, bindingNamespace: string): readonly Reference[] {
  if (!isFieldMap(roleRef)) return [];
  const { kind, name } = roleRef;
  if (typeof name !== 'string' || (kind !== 'Role' && kind !== 'ClusterRole')) return [];
  const namespace = kind === 'Role' ? bindingNamespace : '';
  return [{ groupKind: `${rbac}/${kind}`, namespace, name, path: ['roleRef', 'name'] }];
}

/** Objects that Kubernetes, or a part of it that most clusters have, makes in each namespace or cluster. */
const given = new Set([
  '/ServiceAccount/default',
  '/ConfigMap/kube-root-ca.crt',
  '/ConfigMap/openshift-service-ca.crt',
  '/ConfigMap/istio-ca-root-cert',
  '/Service/kubernetes',
  ...['admin', 'cluster-admin', 'edit', 'view'].map((name) => `${rbac}/ClusterRole/${name}`),
]);

/** @param isHooked - whether a hook would make the object, in a namespace of others, too */
function isMissing(
  reference: Reference,
  contents: ClusterContents | undefined,
  isHooked: boolean,
): boolean {
  const { groupKind, namespace, name } = reference;
  if (contents === undefined || given.has(`${groupKind}/${name}`)) return false;
  if (groupKind === `${rbac}/ClusterRole` && name.startsWith('system:')) return false;
  if (namespace !== '' && !isHooked && !contents.manages(namespace)) return false;
  if (contents.names(groupKind, namespace).has(name)) return false;
  return !contents.mayBeMade(name, namespace);
}

function nameOf({ groupKind, namespace, name }: Reference): string {
  const kind = groupKind.slice(groupKind.indexOf('/') + 1);
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

function hintFor(
  { groupKind, namespace, name }: Reference,
  contents: ReadonlyMap<string, ClusterContents>,
  cluster: string,
): string {
  const elsewhere = [...contents].find(([, all]) => all.names(groupKind, namespace).has(name));
  if (elsewhere !== undefined) return `place it on this cluster, too: ${elsewhere[0]} gets it`;
  const nearest = nearestWord(name, contents.get(cluster)?.names(groupKind, namespace) ?? []);
  if (nearest !== undefined) return `did you mean ${nearest}?`;
  return 'add it to the templates, or accept the warning (regatta.dev/accept) if something else makes it';
}
