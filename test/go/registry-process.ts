import { execFile } from 'node:child_process';
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../bed/ports.ts';
import { ServerProcess } from '../bed/server-process.ts';
import { basic } from '../fetch-bed.ts';
import { program as programAt } from '../programs.ts';
import { Site } from '../site.ts';

const run = promisify(execFile);

/** What a registry requires of its clients. */
export type Access = 'nothing' | 'password' | 'token';

/** Has the password of FetchBed, as `htpasswd -B` prints it. */
const passwordFile = 'eve:$2a$04$WnX.K3hHJt9DGrrS5LPQaOSTfsY5B25ExZAx6Jlqdp2yhmoh3mOEi\n';

/** RegistryProcess runs the CNCF registry on a free port of 127.0.0.1, with its files in a folder. */
export class RegistryProcess {
  readonly host: string;
  /** Server that issues tokens. */
  readonly tokens: Site;
  readonly #server: ServerProcess;

  private constructor(host: string, tokens: Site, server: ServerProcess) {
    this.host = host;
    this.tokens = tokens;
    this.#server = server;
  }

  /** @param program - path of the registry's executable */
  static async start(
    program: string,
    { folder, access }: { readonly folder: string; readonly access: Access },
  ): Promise<RegistryProcess> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'own', alg: 'ES256' }] };
    writeFileSync(join(folder, 'jwks.json'), JSON.stringify(jwks));
    writeFileSync(join(folder, 'htpasswd'), passwordFile);
    const tokens = await Site.start(({ url, authorization }) =>
      authorization === basic ? { body: tokenFor(url, privateKey) } : { status: 401 },
    );
    const [port] = await freePorts(1);
    const host = `127.0.0.1:${port}`;
    const config = join(folder, 'config.yaml');
    const log = join(folder, 'registry.log');
    writeFileSync(config, JSON.stringify(configOf(folder, { host, access, realm: tokens.url })));
    const server = new ServerProcess({ program, args: ['serve', config], log });
    server.start();
    for (let answered = false; !answered; ) {
      server.expectRunning();
      answered = await fetch(`http://${host}/v2/`).then(
        () => true,
        () => false,
      );
    }
    return new RegistryProcess(host, tokens, server);
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.tokens.close();
  }
}

function configOf(
  folder: string,
  { host, access, realm }: { readonly host: string; readonly access: Access; realm: string },
): object {
  const token = {
    realm: `${realm}/token`,
    service: 'tests',
    issuer: 'tests',
    jwks: join(folder, 'jwks.json'),
    signingalgorithms: ['ES256'],
  };
  const htpasswd = { realm: 'tests', path: join(folder, 'htpasswd') };
  return {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') } },
    http: { addr: host, secret: 'of the tests' },
    ...(access === 'password' && { auth: { htpasswd } }),
    ...(access === 'token' && { auth: { token } }),
  };
}

/** Returns a token for the scopes in a URL, in the format that the registry documents. */
function tokenFor(url: string, key: KeyObject): string {
  const { searchParams } = new URL(url, 'http://tests');
  const access = searchParams.getAll('scope').map((scope) => {
    const [type, name, actions = ''] = scope.split(':');
    return { type, name, actions: actions.split(',') };
  });
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now - 5, exp: now + 300 };
  const claims = { iss: 'tests', sub: 'eve', aud: 'tests', jti: `${now}`, ...times, access };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ typ: 'JWT', alg: 'ES256', kid: 'own' })}.${part(claims)}`;
  const signature = createSign('sha256').update(signed).sign({ key, dsaEncoding: 'ieee-p1363' });
  return JSON.stringify({ token: `${signed}.${signature.toString('base64url')}` });
}

/** Runs Helm in the environment of the tests. It is asynchronous because this process issues the tokens. */
export async function helm(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(programAt('helm'), [...args], { cwd: folder });
  return `${stdout}${stderr}`;
}
