import type { Cluster, Exec, User } from './schema.ts';

/**
 * Checks what the fields of a cluster mean together, as kubectl does.
 *
 * @throws Error that names the field at fault
 */
export function checkCluster(cluster: Cluster, server: string, where: string): void {
  const fault = faultOfServer(cluster, server) ?? faultOfTrust(cluster) ?? faultOfProxy(cluster);
  if (fault !== undefined) throw new Error(`${where}: ${fault}`);
}

function faultOfServer({ server }: Cluster, url: string): string | undefined {
  if (server === '') return 'field "server" is missing';
  if (!URL.canParse(url)) return `field "server" is not a URL: ${server}`;
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:') return undefined;
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol === 'http:' && isLoopback) return undefined;
  return `field "server" must be an HTTPS URL, or an HTTP URL on loopback: ${server}`;
}

function faultOfTrust(cluster: Cluster): string | undefined {
  const file = cluster['certificate-authority'];
  const data = cluster['certificate-authority-data'];
  if (file !== '' && data !== '') return both('certificate-authority');
  if (cluster['insecure-skip-tls-verify'] && file + data !== '') {
    return 'insecure-skip-tls-verify and a certificate authority are mutually exclusive';
  }
  return undefined;
}

function faultOfProxy(cluster: Cluster): string | undefined {
  const proxy = cluster['proxy-url'];
  const { protocol = '' } = URL.parse(proxy) ?? {};
  if (proxy === '' || ['http:', 'https:', 'socks5:'].includes(protocol)) return undefined;
  return 'field "proxy-url" must be an http, https or socks5 URL';
}

/**
 * Checks what the fields of a user mean together, as kubectl does.
 *
 * @throws Error that names the field at fault
 */
export function checkUser(user: User, where: string): void {
  const fault =
    faultOfLogin(user) ??
    faultOfCertificate(user) ??
    faultOfImpersonation(user) ??
    (user.exec ? faultOfExec(user.exec) : undefined);
  if (fault !== undefined) throw new Error(`${where}: ${fault}`);
}

function faultOfLogin(user: User): string | undefined {
  const hasToken = user.token !== '' || user.tokenFile !== '';
  if (hasToken && user.username !== '') return 'a token and a username are mutually exclusive';
  if (user.exec && user['auth-provider']) return 'exec and auth-provider are mutually exclusive';
  return undefined;
}

function faultOfCertificate(user: User): string | undefined {
  const certificates = [user['client-certificate'], user['client-certificate-data']];
  const keys = [user['client-key'], user['client-key-data']];
  if (certificates.every((one) => one === '')) return undefined;
  if (!certificates.includes('')) return both('client-certificate');
  if (!keys.includes('')) return both('client-key');
  return keys.every((one) => one === '') ? 'client-certificate lacks its client-key' : undefined;
}

function faultOfImpersonation(user: User): string | undefined {
  const limited = ['as-uid', 'as-groups', 'as-user-extra'] as const;
  const found = limited.find((name) => Object.keys(user[name]).length > 0);
  return user.as === '' && found !== undefined ? `field "${found}" needs "as"` : undefined;
}

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const modes = ['Never', 'IfAvailable'];

function faultOfExec({ command, apiVersion, interactiveMode, env }: Exec): string | undefined {
  if (command === '') return 'field "exec.command" is missing';
  if (!versions.includes(apiVersion)) {
    return `field "exec.apiVersion" must be one of ${versions.join(', ')}`;
  }
  if (env.some(({ name }) => name === '')) return 'field "exec.env" has an entry without a name';
  if (interactiveMode === 'Always') {
    return 'exec.interactiveMode "Always" is not supported: a plugin gets no terminal';
  }
  if (interactiveMode === '' && apiVersion === versions[1]) return undefined;
  if (modes.includes(interactiveMode)) return undefined;
  return `field "exec.interactiveMode" must be one of ${modes.join(', ')}`;
}

function both(field: string): string {
  return `${field} and ${field}-data are mutually exclusive`;
}
