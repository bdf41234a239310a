/**
 * Downloads charts from Helm's chart repositories: HTTP servers whose `index.yaml` lists charts.
 *
 * Source: Helm's documentation, "The Chart Repository Guide".
 */

import { hash } from 'node:crypto';
import { parseYaml } from '#model/yaml.ts';
import { siteLogin } from './credentials.ts';
import type { HttpClient } from './http.ts';
import { maxPackedBytes } from './limits.ts';
import { chartReference, pullChart } from './registry.ts';

/** Maximum size of an index.yaml. */
const maxIndexBytes = 32 * 1024 * 1024;

/** The entry of an index.yaml for one version of a chart. */
interface IndexEntry {
  readonly version: string;
  /** An http, https or oci address; http addresses may be relative to the repository. */
  readonly url: string;
  /** SHA-256 in hexadecimal, without a prefix; '' if the index has none. */
  readonly digest: string;
}

/** One version of a chart in a chart repository. */
export interface ChartVersion {
  /** URL of the folder with the index.yaml. */
  readonly repository: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Downloads the packed chart (`.tgz`) and compares it with the digest in the index, if there is one.
 *
 * @throws Error when the server does not answer, the index does not have the version, or the digest
 *   differs; no message contains credentials
 */
export async function downloadFromRepository(
  client: HttpClient,
  { repository, name, version }: ChartVersion,
): Promise<Uint8Array> {
  const base = new URL(repository.replace(/\/*$/, '/'));
  const login = siteLogin(base);
  const { tls, authorization } = login;
  const indexUrl = new URL('index.yaml', base);
  const index = await client.send(indexUrl, { authorization, tls, maxBytes: maxIndexBytes });
  if (index.status !== 200) throw new Error(`the server answered ${index.status} for index.yaml`);
  const entry = findEntry(index.body, name, version);
  const chart = await downloadEntry(client, entry, { ...login, base });
  const digest = hash('sha256', chart);
  if (entry.digest !== '' && entry.digest !== digest) {
    throw new Error(`the chart does not match the index: its digest is sha256:${digest}`);
  }
  return chart;
}

async function downloadEntry(
  client: HttpClient,
  { url, version }: IndexEntry,
  { base, authorization, tls, isForAll }: ReturnType<typeof siteLogin> & { readonly base: URL },
): Promise<Uint8Array> {
  if (url.startsWith('oci://')) {
    const [, address = '', tag = version] = /^(.*?)(?::([^:/]+))?$/.exec(url) ?? [];
    return pullChart(client, chartReference(address, tag));
  }
  const at = URL.parse(url, base.href);
  if (at === null || !/^https?:$/.test(at.protocol)) {
    throw new Error('the index has an address for the chart that is neither http nor https');
  }
  const isOwn = at.origin === base.origin;
  const secrets = isOwn || isForAll ? { authorization, tls } : {};
  const { status, body } = await client.send(at, { ...secrets, maxBytes: maxPackedBytes });
  if (status !== 200) throw new Error(`the server answered ${status} for the chart`);
  return body;
}

function findEntry(index: Buffer, name: string, version: string): IndexEntry {
  const entries = Object(Object(parseIndex(index)).entries);
  const known: unknown = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (!Array.isArray(known)) throw new Error(`the repository has no chart ${name}`);
  const list = known.flatMap(readEntry);
  // Like Helm, accept a version that differs in a leading v or in the build metadata after a +, if none is equal.
  const same = [
    (text: string) => text,
    withoutV,
    (text: string) => withoutV(text).replace(/\+.*/, ''),
  ];
  for (const form of same) {
    const found = list.find((entry) => form(entry.version) === form(version));
    if (found !== undefined) return found;
  }
  throw new Error(`the repository has no version ${version} of ${name}`);
}

function parseIndex(index: Buffer): unknown {
  try {
    return parseYaml(index.toString())[0];
  } catch (error) {
    throw new Error('index.yaml is not valid YAML', { cause: error });
  }
}

function readEntry(entry: unknown): readonly IndexEntry[] {
  const { version, urls, digest } = Object(entry);
  const [url] = Array.isArray(urls) ? urls : [];
  if (typeof version !== 'string' || typeof url !== 'string') return [];
  return [{ version, url, digest: String(digest ?? '').replace(/^sha256:/, '') }];
}

function withoutV(version: string): string {
  return version.replace(/^v/, '');
}
