/**
 * The fields of a kubeconfig, as `k8s.io/client-go/tools/clientcmd/api/v1` defines them. Regatta honours
 * each of them or refuses the entry: a field that a client ignores may be the one that limits its rights.
 */
import * as v from 'valibot';

interface Extensible {
  /** Data of other tools. */
  readonly extensions: readonly { readonly name: string; readonly extension?: unknown }[];
}

export interface Cluster extends Extensible {
  readonly server: string;
  readonly 'tls-server-name': string;
  readonly 'insecure-skip-tls-verify': boolean;
  readonly 'certificate-authority': string;
  readonly 'certificate-authority-data': string;
  readonly 'proxy-url': string;
  readonly 'disable-compression': boolean;
}

export interface Exec {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
}

export interface User extends Extensible {
  readonly 'client-certificate': string;
  readonly 'client-certificate-data': string;
  readonly 'client-key': string;
  readonly 'client-key-data': string;
  readonly token: string;
  readonly tokenFile: string;
  readonly as: string;
  readonly 'as-uid': string;
  readonly 'as-groups': readonly string[];
  readonly 'as-user-extra': Readonly<Record<string, readonly string[]>>;
  readonly username: string;
  readonly password: string;
  readonly 'auth-provider'?: object | null | undefined;
  readonly exec?: Exec | null | undefined;
}

interface Context {
  readonly cluster: string;
  readonly user: string;
}

/** A named entry, whose fields are checked when a context uses it. */
export type NamedFields = { readonly name: string } & Readonly<Record<string, unknown>>;

interface KubeconfigFile {
  readonly clusters: readonly NamedFields[];
  readonly users: readonly NamedFields[];
  readonly contexts: readonly NamedFields[];
}

const text = v.nullish(v.string('must be a string'), '');
const flag = v.nullish(v.boolean('must be true or false'), false);
const base64 = v.pipe(text, v.check(isBase64, 'must be base64'));
const list = <T extends v.GenericSchema>(item: T) => v.nullish(v.array(item, 'must be a list'), []);
const texts = list(v.string('must be a string'));
const extensions = list(
  v.strictObject({ name: text, extension: v.optional(v.unknown()) }, 'must be an object'),
);

export const clusterSchema: v.GenericSchema<unknown, Cluster> = v.strictObject(
  {
    server: text,
    'tls-server-name': text,
    'insecure-skip-tls-verify': flag,
    'certificate-authority': text,
    'certificate-authority-data': base64,
    'proxy-url': text,
    'disable-compression': flag,
    extensions,
  },
  'must be an object',
);

const execSchema = v.strictObject(
  {
    command: text,
    args: texts,
    env: list(v.strictObject({ name: text, value: text }, 'must be an object')),
    apiVersion: text,
    installHint: text,
    provideClusterInfo: flag,
    interactiveMode: text,
  },
  'must be an object',
);

const extraSchema = v.nullish(v.record(v.string(), texts, 'must be an object'), {});

/** `auth-provider`: kubectl has no provider but `oidc`. */
const oidcSchema = v.strictObject(
  {
    name: v.picklist(['oidc'], 'must be "oidc": kubectl 1.26 removed every other provider'),
    config: v.nullish(
      v.strictObject(
        {
          'idp-issuer-url': text,
          'client-id': text,
          'client-secret': text,
          'idp-certificate-authority': text,
          'idp-certificate-authority-data': base64,
          'id-token': text,
          'refresh-token': text,
        },
        'must be an object',
      ),
    ),
  },
  'must be an object',
);

export const userSchema: v.GenericSchema<unknown, User> = v.strictObject(
  {
    'client-certificate': text,
    'client-certificate-data': base64,
    'client-key': text,
    'client-key-data': base64,
    token: text,
    tokenFile: text,
    as: text,
    'as-uid': text,
    'as-groups': texts,
    'as-user-extra': extraSchema,
    username: text,
    password: text,
    'auth-provider': v.nullish(oidcSchema),
    exec: v.nullish(execSchema),
    extensions,
  },
  'must be an object',
);

/** The namespace is the default of commands such as `kubectl get`; rendered objects name their own. */
export const contextSchema: v.GenericSchema<unknown, Context> = v.strictObject(
  { cluster: text, user: text, namespace: text, extensions },
  'must be an object',
);

const entries = list(v.looseObject({ name: v.pipe(text, v.minLength(1)) }, 'must be an object'));

export const fileSchema: v.GenericSchema<unknown, KubeconfigFile> = v.strictObject(
  {
    apiVersion: v.nullish(v.picklist(['', 'v1'], 'must be "v1"')),
    kind: v.nullish(v.picklist(['', 'Config'], 'must be "Config"')),
    preferences: v.optional(v.unknown()),
    clusters: entries,
    users: entries,
    contexts: entries,
    'current-context': text,
    extensions,
  },
  'must be an object',
);

/**
 * Returns the parsed value.
 *
 * @param where - the file and the entry, for the message
 * @throws Error that names the first field at fault, and never its value, which may be secret
 */
export function parseFields<T extends v.GenericSchema>(
  schema: T,
  value: unknown,
  where: string,
): v.InferOutput<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = issue.path?.map(({ key }) => String(key)).join('.');
  if (path === undefined) throw new Error(`${where}: ${issue.message}`);
  const isUnknown = issue.type === 'strict_object' && issue.expected === 'never';
  throw new Error(`${where}: field "${path}" ${isUnknown ? 'is not supported' : issue.message}`);
}

/** Reports whether kubectl reads the text as bytes: the alphabet of RFC 4648, padded, line breaks allowed. */
function isBase64(text: string): boolean {
  const plain = text.replaceAll(/[\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}
