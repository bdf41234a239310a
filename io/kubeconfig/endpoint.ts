import { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { openDispatcher, type Route } from './dispatcher.ts';
import type { Credential, CredentialPlugin } from './plugin.ts';

/** Headers of a request; several values of one name become several lines. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** How a user logs in by headers: as the Kubernetes client describes a user. */
export type Login = Pick<
  Parameters<KubeConfig['addUser']>[0],
  'token' | 'username' | 'password' | 'authProvider'
>;

/** How to reach an API server, and as whom. */
export interface EndpointOptions {
  readonly server: string;
  /** Names the owner of the credentials in messages: `user robot`. */
  readonly holder: string;
  readonly route: Route;
  readonly login?: Login;
  readonly plugin?: CredentialPlugin | undefined;
  /** Headers that ask the server to act as another user. */
  readonly impersonation?: Headers;
  /** Asks the server not to compress its answers. */
  readonly isUncompressed?: boolean;
}

/** Maximum time for credentials from a file or an OpenID Connect provider, in milliseconds. */
const limitMs = 20_000;

/** What a request with credentials needs. */
export interface Authenticated {
  readonly headers: Headers;
  readonly dispatcher: Dispatcher;
}

/** Address and credentials of one API server. */
export class Endpoint {
  /** URL without a trailing slash. */
  readonly server: string;
  readonly holder: string;
  readonly isCompressed: boolean;
  readonly #options: EndpointOptions;
  #credential: Credential | undefined;
  #login: KubeConfig | undefined;
  #dispatcher: Dispatcher | undefined;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.server = options.server.replace(/\/$/, '');
    this.holder = options.holder;
    this.isCompressed = !options.isUncompressed;
  }

  /**
   * Returns the headers of a request, and the dispatcher with its connections.
   *
   * @throws Error when a file, a credential plugin or an OpenID Connect provider gives no credentials
   */
  async authenticate(): Promise<Authenticated> {
    const { plugin, route, impersonation } = this.#options;
    const credential = await plugin?.read();
    if (credential !== this.#credential) this.#adopt(credential);
    const context = new RequestContext(unusedUrl, HttpMethod.GET);
    await withinLimit(this.#client().applySecurityAuthentication(context));
    this.#dispatcher ??= openDispatcher({ ...route, ...certificateOf(credential) });
    // Token files may end with a line break.
    const own = Object.entries(context.getHeaders()).map(([name, value]) => [name, value.trim()]);
    const headers = { ...Object.fromEntries(own), ...impersonation };
    return { headers, dispatcher: this.#dispatcher };
  }

  /** Opens new connections for the next request, which read certificates again. */
  reconnect(): void {
    this.#dispatcher = undefined;
  }

  #adopt(credential: Credential | undefined): void {
    // Connections belong to the certificate with which they were opened.
    if (credential?.certificate !== this.#credential?.certificate) this.reconnect();
    this.#credential = credential;
    this.#login = undefined;
  }

  /** Returns the Kubernetes client's part: it reads token files and renews OpenID Connect tokens. */
  #client(): KubeConfig {
    if (this.#login !== undefined) return this.#login;
    const token = this.#credential?.token ?? '';
    this.#login = new KubeConfig();
    this.#login.loadFromClusterAndUser(
      { name: 'own', server: unusedUrl, skipTLSVerify: false },
      { name: 'own', ...this.#options.login, ...(token !== '' && { token }) },
    );
    return this.#login;
  }
}

/** The Kubernetes client asks for an address, although it only sets headers. */
const unusedUrl = 'https://unused.invalid';

function certificateOf(credential: Credential | undefined): Partial<Route> {
  if (credential === undefined || credential.key === '') return {};
  return {
    certificate: { file: '', text: credential.certificate },
    key: { file: '', text: credential.key },
  };
}

async function withinLimit(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = new Error(`no credentials within ${limitMs / 1000} s`);
  const timer = setTimeout(() => reject(late), limitMs);
  await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
