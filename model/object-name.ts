/** Which names of objects a repository can hold, by kind. */
import { gvkOf, type KubeObject } from './object.ts';

/** Safe in keys and paths. Among these names, the API server decides by the kind, which `regatta lint` asks. */
const common = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/;

/** Reports whether an object of a kind can have a name. Names of roles, users and signers may have almost any letters. */
export function isName(object: Pick<KubeObject, 'apiVersion' | 'kind'>, name: string): boolean {
  return hasFreeNames(object) ? isPathSegment(name) : common.test(name);
}

/** Names of these kinds name users, roles and signers of other systems. Only paths of requests restrict them. */
function hasFreeNames(object: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  const { group, kind } = gvkOf(object);
  return (
    group === 'rbac.authorization.k8s.io' ||
    group.endsWith('.openshift.io') ||
    (group === 'certificates.k8s.io' && kind !== 'PodCertificateRequest')
  );
}

/** Reports whether a text can be one part of the path of a request. Control characters could forge lines of output. */
function isPathSegment(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !/[/%\p{Cc}]/u.test(text);
}
