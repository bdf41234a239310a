/**
 * Downloads charts from OCI registries.
 *
 * Source: the OCI distribution specification 1.1, "Pulling manifests" and "Pulling blobs"; the token
 * flow of github.com/distribution/distribution, docs/content/spec/auth; Helm's media types.
 */
import { hash } from 'node:crypto';
import { registryLogin } from './credentials.ts';
import { basic, type HttpAnswer, type HttpClient, isLoopback, mayHaveSecrets } from './http.ts';
import { maxPackedBytes, tooLarge } from './limits.ts';
import type { RegistryLogin } from './registry-login.ts';

/** A chart in a registry. */
export interface ChartReference {
  /** Includes the port, if the address has one. */
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

const manifestTypes: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const chartTypes: readonly unknown[] = [
  'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  // Helm before 3.7.
  'application/tar+gzip',
];
const maxManifest = 4 * 1024 * 1024;
const maxToken = 1024 * 1024;

/**
 * Parses an address of the form `oci://HOST/REPOSITORY`.
 *
 * @throws Error when the address has another form
 */
export function chartReference(address: string, tag: string): ChartReference {
  const [, host, repository] =
    /^oci:\/\/([\w.-]+(?::\d+)?|\[[\da-f:]+\](?::\d+)?)\/(.+)$/i.exec(address) ?? [];
  const isName = /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(repository ?? '');
  if (host === undefined || repository === undefined || !isName) {
    throw new Error(`invalid chart address ${address}: must be oci://HOST/REPOSITORY`);
  }
  // Tags cannot contain the + of a version, so Helm replaces it.
  return { host, repository, tag: tag.replaceAll('+', '_') };
}

/**
 * Downloads the package of a chart.
 *
 * @throws Error when the registry rejects the request, the artifact is not a chart, is too large or
 *   has a wrong digest, or a login file cannot be read; the message contains no credentials
 */
export async function pullChart(client: HttpClient, chart: ChartReference): Promise<Uint8Array> {
  const registry = new Registry(client, chart);
  const answer = await registry.get(`manifests/${chart.tag}`, maxManifest);
  const { size, digest } = chartLayer(answer);
  if (size > maxPackedBytes) throw new Error(tooLarge(maxPackedBytes));
  const { body } = await registry.get(`blobs/${digest}`, maxPackedBytes);
  if (digestOf(body) !== digest) throw new Error('the registry sent a chart with a wrong digest');
  return body;
}

/** Returns the manifest's descriptor of the chart's package. */
function chartLayer({ body, headers }: HttpAnswer): {
  readonly digest: string;
  readonly size: number;
} {
  const announced = headers['docker-content-digest'];
  if (String(announced).startsWith('sha256:') && announced !== digestOf(body)) {
    throw new Error('the registry sent a manifest with a wrong digest');
  }
  const { layers } = readJson(body, 'a manifest');
  const list: readonly unknown[] = Array.isArray(layers) ? layers : [];
  const layer = list.map(Object).find(({ mediaType }) => chartTypes.includes(mediaType));
  if (layer === undefined) throw new Error('the artifact in the registry is not a Helm chart');
  const { digest, size } = layer;
  if (!/^sha256:[0-9a-f]{64}$/.test(digest) || !Number.isSafeInteger(size)) {
    throw new Error('the registry sent an invalid manifest');
  }
  return { digest, size };
}

function readJson(body: Buffer, what: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body.toString()));
  } catch (error) {
    throw new Error(`the registry sent ${what} that is not JSON`, { cause: error });
  }
}

/**
 * One repository of a registry. The first request has no login. The client sends one only if the
 * registry asks for it.
 */
class Registry {
  readonly #client: HttpClient;
  readonly #chart: ChartReference;
  #authorization: string | undefined;
  /** Why reading the user's login failed. */
  #fault: Error | undefined;

  constructor(client: HttpClient, chart: ChartReference) {
    this.#client = client;
    this.#chart = chart;
  }

  async get(path: string, maxBytes: number): Promise<HttpAnswer> {
    const { host, repository } = this.#chart;
    const url = new URL(`${baseOf(host)}/v2/${repository}/${path}`);
    const ask = () => {
      const accept = manifestTypes.join(', ');
      return this.#client.send(url, { accept, maxBytes, authorization: this.#authorization });
    };
    let answer = await ask();
    const challenge = String(answer.headers['www-authenticate'] ?? '');
    if (answer.status === 401 && this.#authorization === undefined) {
      this.#authorization = await this.#answerTo(challenge, url);
      if (this.#authorization !== undefined) answer = await ask();
    }
    if (answer.status !== 200) throw this.#refusal(answer.status);
    return answer;
  }

  #refusal(status: number): Error {
    const { host, repository, tag } = this.#chart;
    if (status === 404) return new Error(`the registry has no ${repository}:${tag}`);
    if (status !== 401 && status !== 403) return new Error(`the registry answered ${status}`);
    const how = `helm registry login ${host}`;
    return this.#fault ?? new Error(`the registry answered ${status}: log in with ${how}`);
  }

  /** Returns the header that answers a challenge, or undefined without a suitable login. */
  async #answerTo(challenge: string, url: URL): Promise<string | undefined> {
    const login = mayHaveSecrets(url) ? await this.#login() : undefined;
    if (login?.type === 'token') return `Bearer ${login.token}`;
    const [, parameters] = /\bBearer\s+(.*)/i.exec(challenge) ?? [];
    if (parameters !== undefined) return this.#token(parameters, login);
    return login?.type === 'password' ? basic(login.user, login.password) : undefined;
  }

  async #login(): Promise<RegistryLogin | undefined> {
    try {
      return await registryLogin(this.#chart.host);
    } catch (error) {
      // The failure only matters if the chart turns out not to be public.
      this.#fault = error instanceof Error ? error : new Error(String(error));
      return undefined;
    }
  }

  async #token(parameters: string, login: RegistryLogin | undefined): Promise<string | undefined> {
    const { realm = '', service, scope } = parametersIn(parameters);
    const url = URL.parse(realm);
    if (url === null || !mayHaveSecrets(url)) {
      throw new Error('the registry names no https address for tokens');
    }
    const asked = new URLSearchParams({
      scope: scope ?? `repository:${this.#chart.repository}:pull`,
      ...(service !== undefined && { service }),
    });
    const { status, body } = await this.#client.send(...tokenRequest(url, asked, login));
    if (status !== 200) return undefined;
    const { token, access_token: accessToken } = readJson(body, 'a token');
    return `Bearer ${token ?? accessToken}`;
  }
}

type Sending = Parameters<HttpClient['send']>;

function tokenRequest(url: URL, asked: URLSearchParams, login: RegistryLogin | undefined): Sending {
  if (login?.type === 'identity') {
    const grant = { grant_type: 'refresh_token', client_id: 'regatta', refresh_token: login.token };
    const form = new URLSearchParams([...asked, ...Object.entries(grant)]);
    return [url, { form, maxBytes: maxToken }];
  }
  const target = new URL(url);
  for (const [name, value] of asked) target.searchParams.set(name, value);
  const password = login?.type === 'password' ? basic(login.user, login.password) : undefined;
  return [target, { authorization: password, maxBytes: maxToken }];
}

/** Parses the parameters of a challenge: `realm="…",service="…",scope="…"`. */
function parametersIn(text: string): Readonly<Record<string, string | undefined>> {
  const found = text.matchAll(/(\w+)="([^"]*)"/g);
  return Object.fromEntries(Array.from(found, ([, name = '', value = '']) => [name, value]));
}

/** Returns a registry's base URL: http for this machine, and Docker Hub's API host for docker.io. */
function baseOf(host: string): string {
  if (host === 'docker.io') return 'https://registry-1.docker.io';
  const { hostname } = new URL(`https://${host}`);
  return `${isLoopback(hostname) ? 'http' : 'https'}://${host}`;
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${hash('sha256', bytes)}`;
}
