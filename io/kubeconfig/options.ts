import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { noPem, type Route } from './dispatcher.ts';
import type { Headers, Login } from './endpoint.ts';
import { CredentialPlugin } from './plugin.ts';
import type { Cluster, User } from './schema.ts';

/** Returns the address of a cluster. As in kubectl, an address without a scheme is plain HTTP. */
export function serverOf({ server }: Cluster): string {
  return server.includes('://') ? server : `http://${server}`;
}

/** @param folder - folder that the relative paths of the cluster start at */
export function routeOf(cluster: Cluster, folder: string): Route {
  return {
    authority: pemOf(cluster, 'certificate-authority', folder),
    certificate: noPem,
    key: noPem,
    isInsecure: cluster['insecure-skip-tls-verify'],
    serverName: cluster['tls-server-name'],
    proxy: cluster['proxy-url'],
    hasRepeatedHeaders: false,
  };
}

/** @param folder - folder that the relative paths of the user start at */
export function certificateOf(user: User, folder: string): Pick<Route, 'certificate' | 'key'> {
  const certificate = pemOf(user, 'client-certificate', folder);
  const isThere = certificate.file + certificate.text !== '';
  // As in kubectl, a key without a certificate has no effect.
  return { certificate, key: isThere ? pemOf(user, 'client-key', folder) : noPem };
}

function pemOf<N extends string>(
  fields: { readonly [name in N | `${N}-data`]: string },
  name: N,
  folder: string,
): Route['authority'] {
  const text = Buffer.from(fields[`${name}-data`], 'base64').toString();
  return { file: pathIn(folder, fields[name]), text };
}

/** As in kubectl, a token file takes precedence over `token` while it exists, and both over `auth-provider`. */
export function loginOf(user: User, folder: string): Login {
  const { token, username, password, 'auth-provider': provider } = user;
  const tokenFile = pathIn(folder, user.tokenFile);
  if (tokenFile !== '' && (token === '' || existsSync(tokenFile))) return fileLogin(tokenFile);
  if (token !== '') return { token };
  if (username !== '') return { username, password };
  return provider ? { authProvider: provider } : {};
}

/** Logs in with the token in a file, which the Kubernetes client reads again every minute. */
export function fileLogin(tokenFile: string): Login {
  return { authProvider: { name: 'tokenFile', config: { tokenFile } } };
}

/** Returns the headers that make the server act as another user, with all of its groups and extra fields. */
export function impersonationOf(user: User): Headers {
  if (user.as === '') return {};
  const extra = Object.entries(user['as-user-extra']);
  return {
    'Impersonate-User': headerValue(user.as),
    ...given('Impersonate-Uid', headerValue(user['as-uid'])),
    'Impersonate-Group': user['as-groups'].map(headerValue),
    ...Object.fromEntries(
      extra.map(([key, values]) => [
        `Impersonate-Extra-${headerName(key)}`,
        values.map(headerValue),
      ]),
    ),
  };
}

/** Returns the plugin of a user, unless the user has other credentials, which take precedence as in kubectl. */
export function pluginOf(
  user: User,
  folder: string,
  target: { readonly cluster: Cluster; readonly folder: string },
): CredentialPlugin | undefined {
  const { exec, token, tokenFile, username } = user;
  const certificate = user['client-certificate'] + user['client-certificate-data'];
  if (!exec || token + tokenFile + username + certificate !== '') return undefined;
  // A bare name is looked up in the PATH; any other one is a path from the file's folder.
  const command = /[/\\]/.test(exec.command) ? pathIn(folder, exec.command) : exec.command;
  const cluster = () => describeCluster(target.cluster, target.folder);
  return new CredentialPlugin(exec, command, exec.provideClusterInfo ? cluster : undefined);
}

/** Returns what a plugin reads about the cluster (`ExecCredential.spec.cluster`). */
function describeCluster(cluster: Cluster, folder: string): object {
  const file = pathIn(folder, cluster['certificate-authority']);
  const data = cluster['certificate-authority-data'].replaceAll(/[\r\n]/g, '');
  const authority = file === '' ? data : readFileSync(file).toString('base64');
  const config = cluster.extensions.find(({ name }) => name === pluginExtension)?.extension;
  return {
    server: cluster.server,
    ...given('tls-server-name', cluster['tls-server-name']),
    ...(cluster['insecure-skip-tls-verify'] && { 'insecure-skip-tls-verify': true }),
    ...given('certificate-authority-data', authority),
    ...given('proxy-url', cluster['proxy-url']),
    ...(cluster['disable-compression'] && { 'disable-compression': true }),
    config: config ?? null,
  };
}

/** Name of the cluster's extension that is meant for credential plugins. */
const pluginExtension = 'client.authentication.k8s.io/exec';

/** Returns an absolute path; '' for ''. */
function pathIn(folder: string, path: string): string {
  return path === '' ? '' : resolve(folder, path);
}

/** Returns an object with the field, or without it if the value is ''. */
function given<K extends string>(name: K, value: string): { readonly [key in K]?: string } {
  return value === '' ? {} : ({ [name]: value } as { readonly [key in K]: string });
}

/** Headers carry bytes, which `undici` takes as Latin-1. */
function headerValue(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Escapes the bytes that header names may not have, as Kubernetes' clients do. */
function headerName(key: string): string {
  const escaped = (byte: string) =>
    `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return headerValue(key).replaceAll(/[^!#$&'*+\-.^_`|~0-9A-Za-z]/g, escaped);
}
