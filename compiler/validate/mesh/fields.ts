import type { IstioMessage } from '#model/istio-engine.ts';
import { isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import { fieldName } from '#model/pointer.ts';

/** The thing that Istio did not find, according to a message. */
interface Reference {
  /** Istio's word, such as `host`, `host:port`, `gateway` or `host+subset in destinationrule`. */
  readonly type: string;
  readonly name: string;
}

/** Returns the thing that is missing according to a message; undefined for other messages. */
export function referenceIn({ code, message }: IstioMessage): Reference | undefined {
  const pattern =
    code === 'IST0174' ? /^The (host) (\S+) defined/ : /^Referenced (.+) not found: "(.*)"$/;
  const [, type, name] = pattern.exec(message) ?? [];
  return type === undefined || name === undefined ? undefined : { type, name };
}

/** Returns the path of the field that a message is about; '' if Istio and its words name none. */
export function fieldOf(message: IstioMessage, object: KubeObject): string {
  return message.fieldPath || (byCode[message.code]?.(message.message, object) ?? '');
}

/** Fields by code, for messages that come without the path of a field. */
const byCode: Readonly<Record<string, (words: string, object: KubeObject) => string>> = {
  IST0101: mirrorOf,
  IST0106: (words, object) => tlsOf(words, object) ?? namedValue(words, object),
  IST0109: () => 'spec.hosts',
  IST0118: (words, object) => portOf(words, object),
  IST0127: (_, object) => firstOf(object, ['selector', 'workloadSelector', 'targetRef']),
  IST0128: () => 'spec.trafficPolicy.tls',
  IST0129: () => 'spec.trafficPolicy.portLevelSettings',
  IST0130: ruleOf,
  IST0131: ruleOf,
  IST0133: namedValue,
  IST0145: () => 'spec.servers',
  IST0154: () => 'spec.configPatches',
  IST0173: subsetOf,
  IST0174: () => 'spec.host',
};

function tlsOf(words: string, object: KubeObject): string | undefined {
  const tls = valueAt(object, ['spec', 'trafficPolicy', 'tls']);
  return /\btls\b/.test(words) && tls !== undefined ? 'spec.trafficPolicy.tls' : undefined;
}

function firstOf(object: KubeObject, names: readonly string[]): string {
  const found = names.find((name) => valueAt(object, ['spec', name]) !== undefined);
  return found === undefined ? '' : `spec.${found}`;
}

/** Finds the rule of a VirtualService that the words count, such as `rule #1 match #0`. */
function ruleOf(words: string, object: KubeObject): string {
  const [, rule = '', match] = /rule #(\d+)(?: match #(\d+))?/.exec(words) ?? [];
  const lists = ['http', 'tls', 'tcp'].filter(
    (name) => listAt(object, name)[Number(rule)] !== undefined,
  );
  // The words do not say which list they count in.
  if (rule === '' || lists.length !== 1) return '';
  const field = `spec.${lists[0]}[${rule}]`;
  return match === undefined ? field : `${field}.match[${match}]`;
}

/** Finds the mirror whose host or subset is missing. */
function mirrorOf(words: string, object: KubeObject): string {
  const [, name = ''] = /^Referenced mirror.* not found: "(.*)"$/.exec(words) ?? [];
  const isMissing = (one: unknown) =>
    [valueAt(one, ['host']), valueAt(one, ['subset'])].filter(Boolean).join('+') === name;
  const found = listAt(object, 'http').flatMap((rule, index) => {
    const list = valueAt(rule, ['mirrors']);
    const mirrors = (Array.isArray(list) ? list : []).map((one, at) => ({
      destination: valueAt(one, ['destination']),
      path: `spec.http[${index}].mirrors[${at}].destination`,
    }));
    const single = { destination: valueAt(rule, ['mirror']), path: `spec.http[${index}].mirror` };
    return [single, ...mirrors].filter(({ destination }) => isMissing(destination));
  });
  return found[0]?.path ?? '';
}

function subsetOf(words: string, object: KubeObject): string {
  const [, name] = /^The Subset (\S+) defined/.exec(words) ?? [];
  const index = listAt(object, 'subsets').findIndex((one) => valueAt(one, ['name']) === name);
  return index < 0 ? '' : `spec.subsets[${index}]`;
}

function portOf(words: string, object: KubeObject): string {
  const [, port] = /\(port: (\d+)/.exec(words) ?? [];
  const index = listAt(object, 'ports').findIndex((one) => valueAt(one, ['port']) === Number(port));
  return index < 0 ? '' : `spec.ports[${index}]`;
}

function listAt(object: KubeObject, name: string): readonly unknown[] {
  const list = valueAt(object, ['spec', name]);
  return Array.isArray(list) ? list : [];
}

/** Finds the field of `spec` that contains every value which the words repeat. */
function namedValue(words: string, { spec }: KubeObject): string {
  const named = new Set(words.split(/[\s"'`,;()[\]]+/).map((word) => word.replace(/[.:]+$/, '')));
  const paths = leavesOf(spec, ['spec']).filter(({ value }) => named.has(value));
  const [first, ...others] = paths.map(({ path }) => path);
  if (first === undefined) return '';
  const length = others.reduce(
    (most, path) => commonLength(first.slice(0, most), path),
    first.length,
  );
  return fieldName(first.slice(0, length));
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: string;
}

function leavesOf(value: unknown, path: readonly string[]): readonly Leaf[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ path, value: `${value}` }];
  if (!isFieldMap(value) && !Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const end = a.findIndex((key, index) => key !== b[index]);
  return end < 0 ? a.length : end;
}
