import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { makeCertificate } from '../certificate.ts';
import { basic, chart, digest, FetchBed, secret } from '../fetch-bed.ts';
import type { Site } from '../site.ts';
import { Tunnel } from '../tunnel.ts';

const run = promisify(execFile);

type Entry = readonly [version: string, url: string, digest?: string];

function indexOf(...entries: readonly Entry[]): string {
  const list = entries.map(([version, url, sum]) => {
    return { apiVersion: 'v2', name: 'web', version, urls: [url], ...(sum && { digest: sum }) };
  });
  return JSON.stringify({ apiVersion: 'v1', entries: { web: list } });
}

describe('EN17: charts in repositories with an index', () => {
  const bed = new FetchBed();
  beforeEach(() => bed.begin());
  afterEach(() => bed.end());
  after(() => bed.remove());

  /** Serves a repository at /charts with the given index. */
  function repository(index: () => string): Promise<Site> {
    return bed.start(({ url }) => {
      if (url === '/charts/index.yaml') return { body: index() };
      return url === '/charts/web-1.2.0.tgz' ? { body: chart } : { status: 404 };
    });
  }

  it('are fetched from relative and absolute addresses', async () => {
    let url = 'web-1.2.0.tgz';
    const site = await repository(() => indexOf(['1.1.0', 'other.tgz'], ['1.2.0', url, digest]));
    for (const at of [
      'web-1.2.0.tgz',
      '/charts/web-1.2.0.tgz',
      `${site.url}/charts/web-1.2.0.tgz`,
    ]) {
      url = at;
      assert.equal(await bed.pull(`${site.url}/charts`), digest, at);
      assert.equal(await bed.pull(`${site.url}/charts/`), digest, at);
    }
    url = 'file:///etc/passwd';
    assert.match(await bed.pull(`${site.url}/charts`), /neither http nor https/);
  });

  it('are selected by version as in Helm', async () => {
    let version = 'v1.2.0';
    const site = await repository(() => indexOf(['1.2.1', 'x'], [version, 'web-1.2.0.tgz']));
    assert.equal(await bed.pull(`${site.url}/charts`), digest);
    version = '1.2.0+build.5';
    assert.equal(await bed.pull(`${site.url}/charts`, 'v1.2.0'), digest);
    version = '1.2.0-rc.1';
    assert.equal(
      await bed.pull(`${site.url}/charts`),
      'the repository has no version 1.2.0 of web',
    );
    assert.equal(
      await bed.pull(`${site.url}/charts`, '1.2.0', '__proto__'),
      'the repository has no chart __proto__',
    );
  });

  it('are rejected when they do not match the index or are too large', async () => {
    let index = indexOf(['1.2.0', 'web-1.2.0.tgz', '0'.repeat(64)]);
    const site = await repository(() => index);
    assert.match(await bed.pull(`${site.url}/charts`), /does not match the index: its digest is/);
    index = `${indexOf()}${' '.repeat(33 * 1024 * 1024)}`;
    assert.equal(await bed.pull(`${site.url}/charts`), 'it is larger than 32 MiB');
    index = 'a: [';
    assert.equal(await bed.pull(`${site.url}/charts`), 'index.yaml is not valid YAML');
    assert.equal(await bed.pull(`${site.url}/none`), 'the server answered 404 for index.yaml');
  });

  it('are fetched with the logins of helm repo add and of .netrc, each sent only to its own server', async () => {
    const other = await bed.start(() => ({ body: chart }));
    let url = 'web-1.2.0.tgz';
    const site = await bed.start(({ url: path, authorization }) => {
      if (authorization !== basic) return { status: 401 };
      if (path === '/charts/index.yaml') return { body: indexOf(['1.2.0', url]) };
      if (path === '/charts/away') return { status: 302, headers: { location: `${other.url}/x` } };
      return { body: chart };
    });
    assert.match(await bed.pull(`${site.url}/charts`), /answered 401 for index.yaml/);
    bed.write(
      '.netrc',
      `machine elsewhere login eve password no\ndefault login eve password ${secret}\n`,
    );
    assert.match(await bed.pull(`${site.url}/charts`), /answered 401/);
    bed.write('.netrc', `machine 127.0.0.1\n  login eve\n  password ${secret}\n`);
    assert.equal(await bed.pull(`${site.url}/charts`), digest);
    for (const at of ['away', `${other.url}/y`]) {
      url = at;
      assert.equal(await bed.pull(`${site.url}/charts`), digest);
    }
    rmSync(join(bed.home, '.netrc'));
    const entry = { name: 'own', url: `${site.url}/charts/`, username: 'eve', password: secret };
    bed.write('.config/helm/repositories.yaml', { repositories: [entry] });
    assert.equal(await bed.pull(`${site.url}/charts`), digest);
    assert.deepEqual(
      other.asked.map(({ authorization }) => authorization),
      [undefined, undefined, undefined],
    );
    process.env.HELM_REPOSITORY_CONFIG = bed.write('all.yaml', {
      repositories: [{ ...entry, pass_credentials_all: true }],
    });
    assert.equal(await bed.pull(`${site.url}/charts`), digest);
    assert.equal(other.asked.at(-1)?.authorization, basic);
  });

  it('are fetched through the proxy of the environment, except from hosts in NO_PROXY', async () => {
    const proxy = await bed.start(({ url, authorization }) => {
      assert.equal(authorization, undefined);
      return { body: url.endsWith('/index.yaml') ? indexOf(['1.2.0', 'web.tgz']) : chart };
    });
    process.env.http_proxy = proxy.url;
    bed.write('.netrc', `machine charts.invalid login eve password ${secret}\n`);
    assert.equal(await bed.pull('http://charts.invalid/stable'), digest);
    assert.deepEqual(
      proxy.asked.map(({ url }) => url),
      ['http://charts.invalid/stable/index.yaml', 'http://charts.invalid/stable/web.tgz'],
    );
    process.env.no_proxy = '.invalid';
    assert.match(await bed.pull('http://charts.invalid/stable'), /ENOTFOUND|EAI_AGAIN/);
    assert.equal(proxy.asked.length, 2);
  });

  it('are fetched from servers with certificates of a private CA', async () => {
    const tls = makeCertificate(bed.home);
    const site = await bed.start(
      ({ url }) => ({ body: url.endsWith('.yaml') ? indexOf(['1.2.0', 'x']) : chart }),
      tls,
    );
    assert.match(await bed.pull(site.url), /self-signed certificate/);
    process.env.SSL_CERT_FILE = join(bed.home, 'cert.pem');
    assert.equal(await bed.pull(site.url), digest);
    delete process.env.SSL_CERT_FILE;
    const entry = { name: 'own', url: site.url, caFile: join(bed.home, 'cert.pem') };
    const list = bed.write('.config/helm/repositories.yaml', { repositories: [entry] });
    assert.equal(await bed.pull(site.url), digest);
    rmSync(list);
    // Node reads NODE_EXTRA_CA_CERTS at its start.
    const source = { type: 'chart', repository: site.url, name: 'web', version: '1.2.0' };
    const script = `
      import { fetchSource } from '#io/fetch/fetch.ts';
      const fetched = await fetchSource(${JSON.stringify(source)}, undefined, AbortSignal.timeout(30000));
      console.log(fetched.digest ?? fetched.message);`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(bed.home, 'cert.pem') };
    const args = ['--input-type=module', '--eval', script];
    const { stdout } = await run(process.execPath, args, { env });
    assert.equal(stdout, `sha256:${digest}\n`);
  });

  it('are fetched by https through a proxy, with the certificate of the server behind it', async () => {
    const tls = makeCertificate(bed.home, 'charts.invalid');
    const site = await bed.start(
      ({ url }) => ({ body: url.endsWith('.yaml') ? indexOf(['1.2.0', 'x']) : chart }),
      tls,
    );
    const tunnel = await Tunnel.start(Number(new URL(site.url).port));
    process.env.HTTPS_PROXY = tunnel.url;
    process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    assert.match(await bed.pull('https://charts.invalid'), /self-signed certificate/);
    process.env.SSL_CERT_FILE = join(bed.home, 'cert.pem');
    assert.equal(await bed.pull('https://charts.invalid'), digest);
    assert.deepEqual([...new Set(tunnel.asked)], ['charts.invalid:443']);
    tunnel.close();
  });

  it('are fetched after a retry, and never over http after https', async () => {
    let failures = 2;
    const site = await bed.start(({ url }) => {
      if (failures-- > 0) return { status: 503 };
      return { body: url.endsWith('.yaml') ? indexOf(['1.2.0', 'x']) : chart };
    });
    assert.equal(await bed.pull(site.url), digest);
    const tls = makeCertificate(bed.home);
    process.env.SSL_CERT_FILE = join(bed.home, 'cert.pem');
    const location = `${site.url}/index.yaml`;
    const secure = await bed.start(() => ({ status: 301, headers: { location } }), tls);
    assert.match(await bed.pull(secure.url), /redirects to an address that is not https/);
    const around = await bed.start(() => ({ status: 307, headers: { location: '/again' } }));
    assert.match(await bed.pull(around.url), /redirects more than 10 times/);
  });
});
