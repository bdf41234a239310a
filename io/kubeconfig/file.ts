import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorMessage } from '#model/error.ts';
import { parseYaml } from '#model/yaml.ts';
import { fileSchema, type NamedFields, parseFields } from './schema.ts';

/** One entry of a kubeconfig, with unchecked fields: a fault in it concerns only the contexts that use it. */
export interface Entry {
  /** The file and the entry, for messages: `kubeconfig FILE: user robot`. */
  readonly where: string;
  /** Folder that the relative paths in the entry start at. */
  readonly folder: string;
  readonly fields: unknown;
  /** Fields beside the name and `fields`, which kubectl does not know. */
  readonly unknown: readonly string[];
}

/** The entries of one or several files, by name. */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
}

/**
 * Reads kubeconfig files and merges them. If several files define the same name, the first one wins.
 *
 * @throws Error when a file cannot be read or is not a kubeconfig
 */
export function readKubeconfigs(files: readonly string[]): Kubeconfig {
  const configs = files.map(readKubeconfig).toReversed();
  return {
    clusters: new Map(configs.flatMap(({ clusters }) => [...clusters])),
    users: new Map(configs.flatMap(({ users }) => [...users])),
    contexts: new Map(configs.flatMap(({ contexts }) => [...contexts])),
  };
}

function readKubeconfig(file: string): Kubeconfig {
  const where = `kubeconfig ${file}`;
  const [document] = readDocuments(file, where);
  const { clusters, users, contexts } = parseFields(fileSchema, document ?? {}, where);
  const folder = dirname(resolve(file));
  const entriesOf = (kind: string, list: readonly NamedFields[]) =>
    entriesByName(list, { where: `${where}: ${kind}`, kind, folder });
  return {
    clusters: entriesOf('cluster', clusters),
    users: entriesOf('user', users),
    contexts: entriesOf('context', contexts),
  };
}

function readDocuments(file: string, where: string): readonly unknown[] {
  try {
    return parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const other = isAbsent ? ', or name another file with --kubeconfig' : '';
    throw new Error(`${where}: ${errorMessage(error)}${other}`);
  }
}

interface ListOrigin {
  readonly where: string;
  /** Name of the field with the entry's fields, and of the entry in messages. */
  readonly kind: string;
  readonly folder: string;
}

function entriesByName(
  list: readonly NamedFields[],
  { where, kind, folder }: ListOrigin,
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { name, [kind]: fields, ...others } of list) {
    const entry = `${where} ${name}`;
    if (entries.has(name)) throw new Error(`${entry} is defined twice`);
    const unknown = Object.keys(others);
    entries.set(name, { where: entry, folder, fields: fields ?? {}, unknown });
  }
  return entries;
}
