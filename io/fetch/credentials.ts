/** Reads the user's logins: Helm's, Docker's, and those of ~/.netrc. */

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseYaml } from '#model/yaml.ts';
import { askHelper } from './credential-helper.ts';
import { basic, type TlsFiles } from './http.ts';
import type { RegistryLogin } from './registry-login.ts';

/**
 * Returns the login that `helm registry login` or `docker login` saved for a registry, in a file or
 * in a credential helper that the file names.
 *
 * @param host - includes the port, if the address has one
 * @throws Error when a file cannot be read, or a helper fails
 */
export async function registryLogin(host: string): Promise<RegistryLogin | undefined> {
  for (const file of [helmRegistryFile(), dockerFile()]) {
    const text = textOf(file);
    if (text === undefined) continue;
    const { auths, credHelpers, credsStore } = parsed(file, () => JSON.parse(text));
    const names = namesOf(host);
    const helper = names.map((name) => Object(credHelpers)[name]).find(Boolean) ?? credsStore;
    const stored = helper === undefined ? undefined : await askHelper(helper, names[0] ?? host);
    const entry = Object.entries(Object(auths)).find(([key]) => names.includes(hostOf(key)))?.[1];
    const login = stored ?? loginIn(entry);
    if (login !== undefined) return login;
  }
  return undefined;
}

/** Returns the keys of a registry in login files. Docker Hub has other keys there than in addresses. */
function namesOf(host: string): readonly string[] {
  const isHub = ['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host);
  return isHub ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', host] : [host];
}

/** Returns the host of a key such as `https://registry.example:5000/v2/`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function loginIn(entry: unknown): RegistryLogin | undefined {
  const { auth, username, password, identitytoken, registrytoken } = Object(entry);
  if (registrytoken) return { type: 'token', token: String(registrytoken) };
  if (identitytoken) return { type: 'identity', token: String(identitytoken) };
  if (username) return { type: 'password', user: String(username), password: String(password) };
  const [, user, secret] = /^([^:]+):(.*)$/s.exec(`${Buffer.from(String(auth), 'base64')}`) ?? [];
  if (!auth || user === undefined || secret === undefined) return undefined;
  return { type: 'password', user, password: secret.replace(/\0+$/, '') };
}

/** A repository's entry in the file that `helm repo add` writes. */
interface HelmRepository extends TlsFiles {
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  readonly pass_credentials_all?: boolean;
}

/** Credentials for a chart repository or a file. */
export interface SiteLogin {
  readonly authorization?: string;
  readonly tls?: TlsFiles;
  /** Whether the credentials are also sent to other hosts that the index names. */
  readonly isForAll: boolean;
}

/**
 * Returns the login for a URL from Helm's list of repositories, or else from ~/.netrc.
 *
 * @throws Error when one of the files cannot be read or is invalid
 */
export function siteLogin(url: URL): SiteLogin {
  const {
    username,
    password = '',
    pass_credentials_all: isForAll = false,
    ...rest
  } = repositoryAt(url);
  const { caFile, certFile, keyFile } = rest;
  const entry = username ? { user: username, password } : netrcEntry(url.hostname);
  return {
    ...(entry && { authorization: basic(entry.user, entry.password) }),
    tls: { caFile, certFile, keyFile },
    isForAll,
  };
}

function repositoryAt(url: URL): HelmRepository {
  const file = process.env.HELM_REPOSITORY_CONFIG || join(helmConfig(), 'repositories.yaml');
  const text = textOf(file);
  if (text === undefined) return {};
  const { repositories } = parsed(file, () => parseYaml(text)[0]);
  const list: readonly HelmRepository[] = Array.isArray(repositories) ? repositories : [];
  const isSame = (other: unknown) => String(other).replace(/\/+$/, '') === trimmed(url);
  return list.find((entry) => isSame(Object(entry).url)) ?? {};
}

function trimmed({ href }: URL): string {
  return href.replace(/\/+$/, '');
}

/** Ignores `default` entries of ~/.netrc, which would be sent to any server that a repository names. */
function netrcEntry(
  host: string,
): { readonly user: string; readonly password: string } | undefined {
  const text = textOf(process.env.NETRC || join(homedir(), '.netrc')) ?? '';
  const words = text.replace(/^\s*#.*$/gm, '').split(/\s+/);
  const start = words.findIndex((word, index) => word === 'machine' && words[index + 1] === host);
  if (start < 0) return undefined;
  const entry = words.slice(start + 2);
  const end = entry.findIndex((word) => ['machine', 'default', 'macdef'].includes(word));
  const own = end < 0 ? entry : entry.slice(0, end);
  const after = (name: string) => own[own.indexOf(name) + 1];
  const [user, password] = [after('login'), after('password')];
  if (!own.includes('login') || user === undefined || password === undefined) return undefined;
  return { user, password };
}

function helmRegistryFile(): string {
  return process.env.HELM_REGISTRY_CONFIG || join(helmConfig(), 'registry/config.json');
}

function dockerFile(): string {
  return join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
}

/** Returns Helm's configuration folder, which depends on the operating system. */
function helmConfig(): string {
  const { HELM_CONFIG_HOME, XDG_CONFIG_HOME, APPDATA } = process.env;
  if (HELM_CONFIG_HOME) return HELM_CONFIG_HOME;
  if (XDG_CONFIG_HOME) return join(XDG_CONFIG_HOME, 'helm');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Preferences/helm');
  if (process.platform === 'win32') return join(APPDATA ?? homedir(), 'helm');
  return join(homedir(), '.config/helm');
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = Object(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`cannot read ${resolve(file)}: ${code}`, { cause: error });
  }
}

/** Parses a login file. The error omits the parser's message, because that message may quote a password. */
function parsed(file: string, parse: () => unknown): Readonly<Record<string, unknown>> {
  try {
    return Object(parse());
  } catch {
    throw new Error(`login file ${resolve(file)} is invalid`);
  }
}
