import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { type Json, mutationsOf, withValue } from './mutations.ts';

/** An object to apply and, for an update, the object that was applied before. */
export interface Case {
  readonly id: string;
  /** The JSON of the request. */
  readonly object: string;
  readonly old?: string;
  /** True if the recorder also applies the object when the API server accepts its dry run. */
  readonly real: boolean;
}

/** The cases that start from one base object. */
export interface CaseGroup {
  readonly base: Json;
  readonly cases: readonly Case[];
}

export interface Selection {
  /** Seed that selects the mechanical changes. */
  readonly seed: string;
  /** Share of the mechanical changes to select, from 0 to 1. */
  readonly share: number;
}

const folder = import.meta.dirname;

/** Returns all cases by base object; definitions precede the objects of their kinds. */
export function caseGroups(selection: Selection): CaseGroup[] {
  const written = readChanges();
  return baseObjects().map((base) => {
    const name = nameOf(base);
    const changes = [
      { name: 'as-is', object: base },
      ...(written.get(name) ?? []).map((change, index) => ({
        name: `written-${index}`,
        ...apply(base, change),
      })),
    ];
    const created = changes.map((change) => toCase(name, change, undefined));
    const updated = changes.slice(1).map((change) => toCase(name, change, base));
    return { base, cases: [...created, ...updated, ...mechanical(name, base, selection)] };
  });
}

function mechanical(name: string, base: Json, { seed, share }: Selection): Case[] {
  const cases: Case[] = [];
  for (const mutation of mutationsOf(base)) {
    for (const old of [undefined, base]) {
      const found = toCase(name, mutation, old);
      if (draw(`${seed} ${found.id}`) < share) cases.push({ ...found, real: allocates(base) });
    }
  }
  return cases;
}

function toCase(name: string, change: NamedChange, old: Json | undefined): Case {
  const [text, replacement] = change.text ?? ['', ''];
  return {
    id: `${name} ${old === undefined ? 'create' : 'update'} ${change.name}`,
    object: JSON.stringify(change.object).replace(text, replacement),
    ...(old !== undefined && { old: JSON.stringify(old) }),
    real: true,
  };
}

/** True for a Service: a dry run allocates no ports, and so it does not refuse taken ones. */
function allocates(base: Json): boolean {
  return base.kind === 'Service';
}

/** Returns a number from 0 to 1 that depends only on the text. */
function draw(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

/** Returns the objects of `objects/`, each with every field of its kind. */
function baseObjects(): Json[] {
  const files = readdirSync(join(folder, 'objects')).toSorted(definitionsFirst);
  return files.flatMap(
    (file) => loadAll(readFileSync(join(folder, 'objects', file), 'utf8')) as Json[],
  );
}

function definitionsFirst(a: string, b: string): number {
  const rank = (file: string): string => (file === 'definitions.yaml' ? '' : file);
  return rank(a).localeCompare(rank(b));
}

/** Returns the kind and name of an object, as in `changes.yaml` and in the ids of cases. */
function nameOf(object: Json): string {
  return `${object.kind}/${(object.metadata as Json).name}`;
}

interface NamedChange {
  readonly name: string;
  readonly object: Json;
  /** A part of the JSON text and its replacement, for changes that no parsed value can express. */
  readonly text?: readonly [string, string] | undefined;
}

type Change = Readonly<Record<string, unknown>>;

/** Returns changes by base object: values by path; `$drop` removes a field, `$text` replaces text. */
function readChanges(): Map<string, readonly Change[]> {
  const text = readFileSync(join(folder, 'changes.yaml'), 'utf8');
  return new Map(Object.entries(load(text) as Record<string, Change[]>));
}

function apply(base: Json, change: Change): Omit<NamedChange, 'name'> {
  const { $text: text, ...values } = change;
  let object = base;
  for (const [path, value] of Object.entries(values)) {
    object = withValue(object, pathOf(path), value === '$drop' ? undefined : value);
  }
  return { object, text: text as NamedChange['text'] };
}

function pathOf(text: string): (string | number)[] {
  return text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
