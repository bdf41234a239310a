/** Kubernetes' rules for the names of objects, by kind. */
import { gvkOf, type KubeObject } from './object.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = new RegExp(`^${label}(\\.${label})*$`);
const dnsLabel = new RegExp(`^${label}$`);

/** Core kinds whose names are names of DNS records. */
const labelKinds: ReadonlySet<string> = new Set(['/Namespace', '/Service']);

/**
 * Returns what is wrong with the name of an object, as the end of a sentence that begins with the name; undefined if
 * the API server accepts it. Custom resources follow the rule for subdomains.
 */
export function nameFault(
  object: Pick<KubeObject, 'apiVersion' | 'kind'>,
  name: string,
): string | undefined {
  const { group, kind } = gvkOf(object);
  if (hasFreeNames(group, kind)) {
    return isPathSegment(name) ? undefined : 'must not be . or .., and must not contain / or %';
  }
  if (labelKinds.has(`${group}/${kind}`)) {
    return dnsLabel.test(name) && name.length <= 63
      ? undefined
      : 'must be a DNS label of at most 63 characters (a-z, 0-9, -)';
  }
  return subdomain.test(name) && name.length <= 253
    ? undefined
    : 'must be a DNS subdomain of at most 253 characters (a-z, 0-9, -, .)';
}

/** Names of these kinds name users, roles and signers of other systems. Only paths of requests restrict them. */
function hasFreeNames(group: string, kind: string): boolean {
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
