import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { type Json, mutationsOf, withValue } from './mutations.ts';

/** An object to apply, and for a change the object that was applied before. */
export interface Case {
  readonly id: string;
  /** JSON, as it is sent. */
  readonly object: string;
  readonly old?: string;
  /** Whether the recorder applies it for real where a dry run accepts it. */
  readonly real: boolean;
}

/** The cases that start from one object. */
export interface CaseGroup {
  readonly base: Json;
  readonly cases: readonly Case[];
}

export interface Selection {
  /** Decides which mechanical changes are taken. */
  readonly seed: string;
  /** The share of mechanical changes that is taken, from 0 to 1. */
  readonly share: number;
}

const folder = import.meta.dirname;

/** All cases, by the object that they start from; definitions come before objects of their kinds. */
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

/** A dry run gives a Service no ports, and so it does not refuse them. */
function allocates(base: Json): boolean {
  return base.kind === 'Service';
}

/** A number from 0 to 1 that follows from the text alone. */
function draw(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

/** The objects of `objects/`, each with every field that its kind has. */
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

/** The kind and name of an object, as `changes.yaml` and the ids of cases say it. */
function nameOf(object: Json): string {
  return `${object.kind}/${(object.metadata as Json).name}`;
}

interface NamedChange {
  readonly name: string;
  readonly object: Json;
  /** A part of the JSON text and what stands in its place, for what no value can say. */
  readonly text?: readonly [string, string] | undefined;
}

type Change = Readonly<Record<string, unknown>>;

/** Changes by the object that they start from: values by path, `$drop` takes a field away; `$text` replaces text. */
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
