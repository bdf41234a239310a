/**
 * Hides what API servers answer about objects that hold secrets. API servers and admission webhooks repeat values
 * that they reject. The status, the reason and names of fields replace their message.
 */
import { holdsSecrets } from '#model/hidden-value.ts';
import { isFieldMap, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { isSealedKind } from '#model/sync-settings.ts';
import { ClusterError } from './cluster-error.ts';
import type { Desired } from './desired/desired.ts';
import type { ClusterPort, KindRef, ObjectRef } from './ports/cluster.ts';

/** Reports whether output must not show values of the object with this key. */
type HoldsSecrets = (key: ObjectKey, kind: KindRef) => boolean;

/** Returns a test for a cluster with a desired state. An object that left Git may have been sealed if its kind may. */
export function secretsOf(desired: () => Desired | undefined): HoldsSecrets {
  return (key, kind) => {
    const { objects, settings } = desired() ?? {};
    return objects?.get(key)?.isSecret ?? isSealedKind(kind, settings?.sealedKinds ?? []);
  };
}

/** What a call is about. Only calls that send an object have its fields. */
type Subject = ObjectRef | KubeObject | { readonly kind: KindRef };

/** Returns a port whose errors about objects that hold secrets contain no text of the API server. */
export function withHiddenAnswers(port: ClusterPort, isSecret: HoldsSecrets): ClusterPort {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]): unknown => {
        const result: unknown = value.apply(target, args);
        if (!(result instanceof Promise)) return result;
        return result.catch((error: unknown) => {
          throw hideAnswer(error, { call: String(name), subject: subjectOf(args[0]) }, isSecret);
        });
      };
    },
  });
}

/** Returns what the first argument of a call is about: an object, a reference, or a query with one of them. */
function subjectOf(argument: unknown): Subject | undefined {
  if (!isFieldMap(argument)) return undefined;
  const inner = argument.ref ?? argument.selection ?? argument;
  // Calls such as discovery are about no object: their first argument is a signal.
  return isFieldMap(inner) && 'kind' in inner ? (inner as unknown as Subject) : undefined;
}

interface Call {
  readonly call: string;
  readonly subject: Subject | undefined;
}

function hideAnswer(error: unknown, { call, subject }: Call, isSecret: HoldsSecrets): unknown {
  if (!(error instanceof ClusterError) || subject === undefined) return error;
  const { answer, reason, ...known } = error;
  if (answer === undefined || !concernsSecret(subject, isSecret)) return error;
  const isRead = ['read', 'list', 'watch'].includes(call);
  // A missing right to read says nothing about the object.
  if ((isRead && answer.status === 403) || isOurOwn(error.message, subject)) return error;
  const status = [answer.status, knownReason(answer.reason)].filter((word) => word !== '');
  const fields = 'metadata' in subject ? namedFields(subject, answer.texts) : [];
  const at = fields.length === 0 ? '' : ` at ${fields.join(', ')}`;
  const message = `rejected (${status.join(' ')})${at}; message hidden`;
  // Without the cause, which has the message.
  const { status: code, retryAfterMs, isDenied } = known;
  const causes = error.causes.map((cause) => ({ ...cause, message: '' }));
  const options = {
    status: code,
    retryAfterMs,
    causes: causes.filter(({ reason: word }) => word === 'FieldValueForbidden'),
    isDenied,
    isHidden: true,
  } as const;
  return new ClusterError(reason, message, options);
}

function concernsSecret(subject: Subject, isSecret: HoldsSecrets): boolean {
  if (typeof subject.kind !== 'string') return holdsSecrets(subject.kind);
  const { apiVersion, kind } = subject as KindRef;
  const object =
    'metadata' in subject ? (subject as KubeObject) : { ...subject, metadata: subject };
  return holdsSecrets({ kind }) || isSecret(keyOf(object as KubeObject), { apiVersion, kind });
}

/** Reports whether a message contains only the namespace of the object, which a later apply needs to exist. */
function isOurOwn(message: string, subject: Subject): boolean {
  const { namespace } = ('metadata' in subject ? subject.metadata : subject) as ObjectRef;
  return message === `namespaces "${namespace}" not found`;
}

/** Source: Kubernetes 1.37, apimachinery/pkg/apis/meta/v1/types.go, StatusReason. A webhook can invent others. */
const reasons: ReadonlySet<string> = new Set([
  'Unauthorized',
  'Forbidden',
  'NotFound',
  'AlreadyExists',
  'Conflict',
  'Gone',
  'Invalid',
  'ServerTimeout',
  'StoreReadError',
  'Timeout',
  'TooManyRequests',
  'BadRequest',
  'MethodNotAllowed',
  'NotAcceptable',
  'RequestEntityTooLarge',
  'UnsupportedMediaType',
  'InternalError',
  'Expired',
  'ServiceUnavailable',
]);

function knownReason(reason: string): string {
  return reasons.has(reason) ? reason : '';
}

/** Maximum number of fields in a message. */
const maxFields = 5;

/**
 * Returns the fields of an object that texts of an API server name, such as `.stringData.password`. The names are
 * those of the object, so that no text of the server is among them.
 */
function namedFields(object: KubeObject, texts: readonly string[]): readonly string[] {
  const text = texts.map(withoutIndexes).join('\n');
  return pathsOf(object)
    .filter((path) => path.length > 1 && isNamedIn(text, path.join('.')))
    .slice(0, maxFields)
    .map((path) => path.map(formatName).join(''));
}

function formatName(name: string): string {
  return /^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** Writes `spec.users[0].data[tls.crt]` as `spec.users.data.tls.crt`. */
function withoutIndexes(text: string): string {
  return text.replace(/\[(?:\d+|[^\]]*=[^\]]*)\]/g, '').replace(/\["?([^\]"]*)"?\]/g, '.$1');
}

/** Reports whether a text contains a path that is not the beginning of a longer one. */
function isNamedIn(text: string, path: string): boolean {
  const at = text.indexOf(path);
  if (at < 0) return false;
  const isWhole =
    !/[\w-]/.test(text.charAt(at - 1)) && !/^(?:[\w-]|\.\w)/.test(text.slice(at + path.length));
  return isWhole || isNamedIn(text.slice(at + 1), path);
}

/** Returns the paths of all fields of an object. Items of lists have the path of the list. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, path));
  if (!isFieldMap(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const below = [...path, name];
    return [below, ...pathsOf(inner, below)];
  });
}
