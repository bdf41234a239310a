/** A kubeconfig whose meaning kubectl decides: what one request with it carries, or whether it is refused. */
export interface KubeconfigCase {
  readonly name: string;
  readonly cluster?: object;
  readonly user?: object;
  /** What the request carries beside the plain one; undefined when the kubeconfig is refused. */
  readonly sends?: Partial<Sent>;
  /** The message of a refusal. */
  readonly refused?: RegExp;
}

/** What a server sees of one request. */
export interface Sent {
  readonly authorization: string;
  /** Lines `name: value` of the headers that start with Impersonate-, sorted, names in lower case. */
  readonly impersonate: readonly string[];
  readonly compressed: boolean;
  /** The name in the TLS handshake. */
  readonly serverName: string;
  /** Subject of the client's certificate. */
  readonly certificate: string;
  /** True when the request came through the proxy. */
  readonly proxied: boolean;
}

export const plainRequest: Sent = {
  authorization: '',
  impersonate: [],
  compressed: true,
  serverName: '',
  certificate: '',
  proxied: false,
};

/** Values that only a running server knows; test/kubeconfig-server.ts fills them in. */
export interface Values {
  /** The server's certificate authority in base64. */
  readonly ca: string;
  /** A client's certificate and key in base64, for the subject `robot`. */
  readonly cert: string;
  readonly key: string;
  readonly httpProxy: string;
  readonly socksProxy: string;
}
