import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

/** Address and credentials of one API server. */
export interface Access {
  /** URL without a trailing slash. */
  readonly server: string;
  /** CA certificate in PEM; absent for plain HTTP. */
  readonly ca?: string;
  readonly token?: string;
}

interface Kubeconfig {
  readonly contexts: readonly Named<
    'context',
    { readonly cluster: string; readonly user: string }
  >[];
  readonly clusters: readonly Named<
    'cluster',
    { readonly server: string; readonly 'certificate-authority-data'?: string }
  >[];
  readonly users: readonly Named<'user', { readonly token?: string }>[];
}

type Named<Key extends string, Value> = { readonly name: string } & {
  readonly [key in Key]: Value;
};

/** Reads the context `member` of a kubeconfig file of a test fleet. */
export function readAccess(kubeconfig: string, member: string): Access {
  const config = load(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const { context } = named(config.contexts, member);
  const { cluster } = named(config.clusters, context.cluster);
  const { user } = named(config.users, context.user);
  const ca = cluster['certificate-authority-data'];
  return {
    server: cluster.server.replace(/\/$/, ''),
    ...(ca !== undefined && { ca: Buffer.from(ca, 'base64').toString() }),
    ...(user?.token !== undefined && { token: user.token }),
  };
}

function named<T extends { readonly name: string }>(entries: readonly T[], name: string): T {
  const entry = entries.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`the kubeconfig has no entry ${name}`);
  return entry;
}
