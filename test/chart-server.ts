import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { program } from './programs.ts';

/** Serves files over HTTP on a free port of 127.0.0.1, as a chart repository or a registry. */
export class ChartServer {
  /** The requested paths. */
  readonly requests: string[] = [];
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'regatta-charts-'));
  readonly #files = new Map<string, { readonly content: string | Buffer; readonly type: string }>();
  readonly #server: ReturnType<typeof createServer> = createServer(({ url = '' }, response) => {
    this.requests.push(url);
    const found = this.#files.get(url);
    const { content = '', type = 'text/plain' } = found ?? {};
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(content) };
    response.writeHead(found === undefined ? 404 : 200, headers).end(content);
  });

  static async start(): Promise<ChartServer> {
    const server = new ChartServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#folder, { recursive: true });
  }

  serve(path: string, content: string | Buffer, type = 'application/octet-stream'): void {
    this.#files.set(path, { content, type });
  }

  /** Packages a chart `web` with Helm and publishes it in the repository `/charts`. */
  publish(version: string, template: string): Buffer {
    const files = {
      'web/Chart.yaml': `apiVersion: v2\nname: web\nversion: ${version}\n`,
      'web/values.yaml': 'value: given\n',
      'web/templates/map.yaml': template,
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#folder, path)), { recursive: true });
      writeFileSync(join(this.#folder, path), text);
    }
    const charts = join(this.#folder, 'charts');
    const run = (...args: readonly string[]) =>
      execFileSync(program('helm'), args, { cwd: this.#folder });
    run('package', 'web', '--destination', charts);
    run('repo', 'index', charts);
    const chart = readFileSync(join(charts, `web-${version}.tgz`));
    this.serve('/charts/index.yaml', readFileSync(join(charts, 'index.yaml')));
    this.serve(`/charts/web-${version}.tgz`, chart);
    return chart;
  }

  /** Serves a chart like a registry that `helm push` has written to. */
  push(repository: string, tag: string, chart: Buffer): void {
    const blobs = [
      ['application/vnd.cncf.helm.config.v1+json', Buffer.from('{"name":"web"}')],
      ['application/vnd.cncf.helm.chart.content.v1.tar+gzip', chart],
    ] as const;
    const [config, layer] = blobs.map(([mediaType, blob]) => {
      const digest = `sha256:${hash('sha256', blob)}`;
      this.serve(`/v2/${repository}/blobs/${digest}`, blob);
      return { mediaType, digest, size: blob.length };
    });
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] });
    for (const name of [tag, `sha256:${hash('sha256', manifest)}`]) {
      this.serve(`/v2/${repository}/manifests/${name}`, manifest, mediaType);
    }
  }
}
