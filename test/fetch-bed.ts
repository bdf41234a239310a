import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fetchSource } from '#io/fetch/fetch.ts';
import { type AnswerTo, Site } from './site.ts';
import { tarOf } from './tar.ts';

/** A packaged chart, and its digest in hexadecimal. */
export const chart: Buffer = gzipSync(tarOf({ name: 'web/Chart.yaml', text: 'name: web' }));
export const digest: string = hash('sha256', chart);

/** A password that no message may contain, and the header made from it. */
export const secret = 'horse-staple';
export const auth: string = Buffer.from(`eve:${secret}`).toString('base64');
export const basic: string = `Basic ${auth}`;

/** Environment variables that affect downloads or their credentials. */
const concerned = /proxy|^(HELM_|DOCKER_|XDG_|NETRC|SSL_)/i;

/** Sites that serve charts, and the home directory of the user who fetches them. */
export class FetchBed {
  readonly saved: NodeJS.ProcessEnv = { ...process.env };
  readonly #folder = mkdtempSync(join(tmpdir(), 'regatta-fetch-bed-'));
  #homes = 0;
  #sites: Site[] = [];

  get home(): string {
    return join(this.#folder, `home-${this.#homes}`);
  }

  /** Creates an empty home directory, and an environment without credentials and proxies. */
  begin(): void {
    this.#homes++;
    mkdirSync(this.home);
    for (const name of Object.keys(process.env)) {
      if (concerned.test(name)) delete process.env[name];
    }
    process.env.HOME = this.home;
  }

  async end(): Promise<void> {
    for (const site of this.#sites) await site.close();
    this.#sites = [];
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, this.saved);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  async start(answer: AnswerTo, tls?: { key: string; cert: string }): Promise<Site> {
    const site = await Site.start(answer, tls);
    this.#sites.push(site);
    return site;
  }

  /** Writes a file into the home directory and returns its path. */
  write(path: string, content: string | object): string {
    const file = join(this.home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  /** Fetches a chart and returns its digest, or the error message. */
  async pull(repository: string, version = '1.2.0', name = 'web'): Promise<string> {
    const source = { type: 'chart', repository, name, version } as const;
    const result = await fetchSource(source, undefined, AbortSignal.timeout(30_000));
    if (result.type === 'former-format') return result.type;
    const outcome = result.type === 'failed' ? result.message : result.digest;
    assert.ok(!outcome.includes(secret) && !outcome.includes(auth), outcome);
    return outcome.replace('sha256:', '');
  }
}
