import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { SocksClient } from 'socks';
import { Agent, type buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { redactor } from '../redactor.ts';

/** A PEM text: in a file, or itself; '' for none. */
interface Pem {
  readonly file: string;
  readonly text: string;
}

/** How to open connections to an API server. */
export interface Route {
  readonly authority: Pem;
  readonly certificate: Pem;
  readonly key: Pem;
  readonly isInsecure: boolean;
  /** The name that the server's certificate must have; '' for the host of its URL. */
  readonly serverName: string;
  /** Whether headers have several values, which `undici` would join to one value in HTTP/2. */
  readonly hasRepeatedHeaders: boolean;
  /** Address of an http, https or socks5 proxy; '' for none. */
  readonly proxy: string;
}

export const noPem: Pem = { file: '', text: '' };

/** As in client-go, below the time after which load balancers close idle connections. */
const keepAlive = { keepAlive: true, keepAliveInitialDelay: 30_000 };

/** Returns a dispatcher that keeps connections open. Reads the files of the route now, and never again. */
export function openDispatcher(route: Route): Dispatcher {
  const { authority, certificate, key, isInsecure, serverName, proxy } = route;
  const allowH2 = !route.hasRepeatedHeaders;
  const requestTls = {
    ...pemOption('ca', authority),
    ...pemOption('cert', certificate),
    ...pemOption('key', key),
    ...(isInsecure && { rejectUnauthorized: false }),
    ...(serverName !== '' && { servername: serverName }),
  };
  if (proxy === '') return new Agent({ allowH2, connect: { ...requestTls, ...keepAlive } });
  if (!proxy.startsWith('socks5:')) {
    return new ProxyAgent({ allowH2, uri: proxy, requestTls, connect: keepAlive });
  }
  return new Agent({ connect: socksConnector(new URL(proxy), requestTls) });
}

function pemOption(name: 'ca' | 'cert' | 'key', { file, text }: Pem): object {
  const content = file === '' ? text : readFileSync(file, 'utf8');
  if (name === 'key') redactor.remember(content);
  return file + text === '' ? {} : { [name]: content };
}

/** Connects through a SOCKS proxy, which resolves the names of hosts. */
function socksConnector(proxy: URL, requestTls: object): buildConnector.connector {
  const { hostname, port, username, password } = proxy;
  const login = username && {
    userId: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  return ({ hostname: host, port: hostPort, protocol, servername }, callback) => {
    const isTls = protocol === 'https:';
    const destination = { host, port: Number(hostPort) || (isTls ? 443 : 80) };
    const own = { host: hostname, port: Number(port) || 1080, type: 5 as const, ...login };
    SocksClient.createConnection({ proxy: own, command: 'connect', destination }).then(
      ({ socket }) => {
        socket.setKeepAlive(true, keepAlive.keepAliveInitialDelay);
        if (!isTls) return callback(null, socket);
        const named = servername ? { servername } : {};
        const secured: TLSSocket = connect({ ...named, host, ...requestTls, socket });
        secured.once('secureConnect', () => callback(null, secured));
        secured.once('error', (error) => callback(error, null));
        return undefined;
      },
      (error: Error) => callback(error, null),
    );
  };
}
