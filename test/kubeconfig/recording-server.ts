import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { makeCertificate } from '#test/certificate.ts';
import { Tunnel } from '#test/tunnel.ts';
import type { KubeconfigCase, Sent, Values } from './case.ts';
import { SocksProxy } from './socks-proxy.ts';

/** An HTTPS server that records what requests carry, with a folder of kubeconfigs for it. */
export class RecordingServer {
  readonly folder: string;
  readonly sent: Sent[] = [];
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  readonly #tunnel: Tunnel;
  readonly #socks: SocksProxy;

  private constructor(
    folder: string,
    server: Http2SecureServer,
    tunnel: Tunnel,
    socks: SocksProxy,
  ) {
    this.folder = folder;
    this.#server = server;
    this.#tunnel = tunnel;
    this.#socks = socks;
    server.on('connection', (socket: Socket) => this.#sockets.add(socket));
    server.on('request', (request, response) => {
      this.sent.push(this.#sentBy(request));
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"kind":"APIResourceList","resources":[]}');
    });
  }

  static async open(): Promise<RecordingServer> {
    const folder = await mkdtemp(join(tmpdir(), 'regatta-recording-'));
    makeClient(folder);
    const { key, cert } = makeCertificate(folder);
    await writeFile(join(folder, 'ca.crt'), cert);
    await writeFile(join(folder, 'token'), 'from-file\n');
    await writeFile(join(folder, 'plugin.sh'), plugin);
    await chmod(join(folder, 'plugin.sh'), 0o755);
    // As a real API server, it speaks HTTP/2 and HTTP/1.1.
    const tls = { key, cert, requestCert: true, rejectUnauthorized: false };
    const server = createSecureServer({ ...tls, allowHTTP1: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxies = await Promise.all([Tunnel.start(port), SocksProxy.start(port)]);
    return new RecordingServer(folder, server, ...proxies);
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get values(): Values {
    const read = (name: string) => readFileSync(join(this.folder, name)).toString('base64');
    return {
      ca: read('ca.crt'),
      cert: read('client.crt'),
      key: read('client.key'),
      httpProxy: this.#tunnel.url,
      socksProxy: this.#socks.url,
    };
  }

  /** Writes the kubeconfig of a case, with the context `member1`. */
  async write({ cluster, user }: Pick<KubeconfigCase, 'cluster' | 'user'>): Promise<string> {
    const file = join(this.folder, 'kubeconfig');
    const access = { server: this.url, 'certificate-authority': 'ca.crt', ...cluster };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      preferences: {},
      'current-context': 'member1',
      users: [{ name: 'robot', user: user ?? { token: 'abc' } }],
      clusters: [{ name: 'member1', cluster: access }],
      contexts: [
        { name: 'member1', context: { cluster: 'member1', user: 'robot', namespace: 'shop' } },
      ],
    };
    await writeFile(file, JSON.stringify(config));
    return file;
  }

  async close(): Promise<void> {
    this.#tunnel.close();
    this.#socks.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await rm(this.folder, { recursive: true });
  }

  #sentBy(request: Http2ServerRequest): Sent {
    const socket = (request.stream?.session?.socket ?? request.socket) as TLSSocket;
    const { headers, rawHeaders } = request;
    const lines = rawHeaders.flatMap((name, at) =>
      at % 2 === 0 && /^impersonate-/i.test(name)
        ? [`${name.toLowerCase()}: ${Buffer.from(rawHeaders[at + 1] ?? '', 'latin1')}`]
        : [],
    );
    const proxied = this.#tunnel.asked.splice(0).length + this.#socks.asked.splice(0).length > 0;
    return {
      authorization: headers.authorization ?? '',
      impersonate: lines.sort(),
      compressed: headers['accept-encoding'] === 'gzip',
      serverName: socket.servername || '',
      certificate: String(socket.getPeerCertificate().subject?.CN ?? ''),
      proxied,
    };
  }
}

/** Answers by its first argument, and notes how it was started. */
const plugin = `#!/bin/sh
cd "$(dirname "$0")"
printf '%s' "$KUBERNETES_EXEC_INFO" >info
{ echo "$@"; cat; env | grep ^PLUGIN_; } >started
kind='"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1'
pem() { sed ':a;N;$!ba;s/\\n/\\\\n/g' "$1"; }
case $1 in
fail) echo first >&2; echo 'the session is over' >&2; exit 3 ;;
text) echo hello ;;
empty) echo "{$kind\\", \\"status\\": {}}" ;;
half) printf %s "{$kind\\", \\"status\\": {\\"clientKeyData\\": \\"$(pem client.key)\\"}}" ;;
v1beta1) echo "{\${kind}beta1\\", \\"status\\": {\\"token\\": \\"from-plugin\\"}}" ;;
certificate)
  printf %s "{$kind\\", \\"status\\": {\\"clientCertificateData\\": \\"$(pem client.crt)\\", \\"clientKeyData\\": \\"$(pem client.key)\\"}}" ;;
*) echo "{$kind\\", \\"status\\": {\\"token\\": \\"from-plugin\\"}}" ;;
esac
`;

/** Creates the self-signed certificate of a client, for the subject `robot`. */
function makeClient(folder: string): void {
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', join(folder, 'client.key'), '-out', join(folder, 'client.crt')];
  execFileSync('openssl', ['req', '-x509', ...kind, '-subj', '/CN=robot', ...files], {
    stdio: 'ignore',
  });
}
