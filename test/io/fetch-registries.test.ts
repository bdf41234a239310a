import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { auth, basic, chart, digest, FetchBed, secret } from '../fetch-bed.ts';
import type { Site } from '../site.ts';
import { layer, type RegistryOptions, registryAnswer } from '../token-registry.ts';

describe('EN17: charts in OCI registries', () => {
  const bed = new FetchBed();
  beforeEach(() => bed.begin());
  afterEach(() => bed.end());
  after(() => bed.remove());

  async function registry(options: RegistryOptions = {}): Promise<Site> {
    const site: Site = await bed.start((asked) => registryAnswer(asked, site.url, options));
    return site;
  }

  const pullFrom = (site: Site, version = '1.2.0+a') =>
    bed.pull(`oci://${site.host}/team`, version);

  it('are fetched without a login when the registry gives anonymous tokens', async () => {
    const site = await registry({ open: true });
    assert.equal(await pullFrom(site), digest);
    const token = site.asked.find(({ url }) => url.startsWith('/token'));
    assert.equal(token?.url, '/token?scope=repository%3Ateam%2Fweb%3Apull&service=tests');
    assert.equal(await pullFrom(site, '1.2.1'), 'the registry has no team/web:1.2.1');
  });

  it('are fetched with the login of helm registry login, or of docker login', async () => {
    const site = await registry();
    const hint = `the registry answered 401: log in with helm registry login ${site.host}`;
    assert.equal(await pullFrom(site), hint);
    const files = (host: string, entry: object) => ({ auths: { [host]: entry } });
    const helm = bed.write('.config/helm/registry/config.json', files(site.host, { auth }));
    assert.equal(await pullFrom(site), digest);
    rmSync(helm);
    for (const entry of [
      { auth },
      { username: 'eve', password: secret },
      { identitytoken: secret },
      { registrytoken: 'token-1' },
    ]) {
      bed.write('.docker/config.json', files(`https://${site.host}/v2/`, entry));
      assert.equal(await pullFrom(site), digest);
    }
    rmSync(join(bed.home, '.docker'), { recursive: true });
    process.env.HELM_REGISTRY_CONFIG = bed.write('elsewhere.json', files(site.host, { auth }));
    assert.equal(await pullFrom(site), digest);
    bed.write('elsewhere.json', files(site.host, { username: 'eve', password: 'wrong' }));
    assert.equal(await pullFrom(site), hint);
    bed.write('elsewhere.json', `{"auths": "${secret}`);
    assert.match(await pullFrom(site), /login file .* is invalid/);
  });

  it('are fetched with a password when the registry requires basic authentication', async () => {
    const site = await registry({ challenge: 'Basic' });
    process.env.DOCKER_CONFIG = bed.home;
    bed.write('config.json', { auths: { [site.host]: { auth } } });
    assert.equal(await pullFrom(site), digest);
    assert.deepEqual(
      site.asked.map(({ authorization }) => authorization),
      [undefined, basic, basic],
    );
  });

  it('are fetched with a credential helper from the configuration of Docker', async () => {
    const site = await registry();
    const helper = (text: string) => {
      const script = `#!/bin/sh\nread -r host\necho "$1 $host" >>'${bed.home}/log'\n${text}\n`;
      chmodSync(bed.write('bin/docker-credential-mine', script), 0o755);
    };
    process.env.PATH = [join(bed.home, 'bin'), bed.saved.PATH].join(delimiter);
    bed.write('.docker/config.json', { credHelpers: { [site.host]: 'mine' } });
    helper(`printf '{"Username": "eve", "Secret": "${secret}"}'`);
    assert.equal(await pullFrom(site), digest);
    assert.equal(readFileSync(join(bed.home, 'log'), 'utf8'), `get ${site.host}\n`);
    bed.write('.docker/config.json', { credsStore: 'mine' });
    helper(`printf '{"Username": "<token>", "Secret": "${secret}"}'`);
    assert.equal(await pullFrom(site), digest);
    helper(`echo 'credentials not found in native keychain'; exit 1`);
    assert.match(await pullFrom(site), /^the registry answered 401/);
    helper(`echo '${secret}'; exit 1`);
    assert.equal(await pullFrom(site), 'docker-credential-mine failed');
    bed.write('.docker/config.json', { credsStore: 'lost' });
    assert.equal(await pullFrom(site), 'docker-credential-lost is not on the PATH');
    bed.write('.docker/config.json', { credsStore: '../mine' });
    assert.match(await pullFrom(site), /invalid credential helper name "\.\.\/mine"/);
    assert.equal(await pullFrom(await registry({ open: true })), digest);
  });

  it('are fetched without a token from another server of blobs', async () => {
    const store = await bed.start(() => ({ body: chart }));
    const blob = { status: 307, headers: { location: `${store.url}/blob?signature=x` } };
    assert.equal(await pullFrom(await registry({ open: true, blob })), digest);
    assert.deepEqual(
      store.asked.map(({ authorization }) => authorization),
      [undefined],
    );
  });

  it('are rejected when the artifact is not the chart that the manifest names', async () => {
    const failure = async (given: Parameters<typeof registry>[0]) =>
      pullFrom(await registry({ open: true, ...given }));
    assert.match(await failure({ blob: { body: 'another' } }), /a chart with a wrong digest/);
    const image = { ...layer, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' };
    assert.match(await failure({ layer: image }), /artifact in the registry is not a Helm chart/);
    assert.match(
      await failure({ layer: { ...layer, digest: 'sha256:../../x' } }),
      /an invalid manifest/,
    );
    assert.match(
      await failure({ layer: { ...layer, size: 65 * 1024 * 1024 } }),
      /larger than 64 MiB/,
    );
    assert.match(
      await failure({ realm: 'http://elsewhere.example/token' }),
      /no https address for tokens/,
    );
    assert.match(await bed.pull('oci://UPPER.example/Team'), /^invalid chart address /);
  });
});
