/** A case that Karmada's own code has answered: an input, and what became of it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '#model/object.ts';

export interface KarmadaCase {
  readonly title: string;
  /** Texts below templates/, policies/ and clusters/. */
  readonly files: Readonly<Record<string, string>>;
  /** Settings of the control plane. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What was decided before, by object. */
  readonly state?: Readonly<Record<string, CaseState>>;
  readonly expected: Answer;
}

export interface CaseState {
  readonly clusters: readonly CaseTarget[];
  readonly observedAffinityName?: string;
  readonly reschedule?: boolean;
}

interface CaseTarget {
  readonly name: string;
  readonly replicas?: number;
}

/** What became of a case. Objects are called `apiVersion/Kind/namespace/name`. */
export interface Answer {
  readonly clusters: Readonly<Record<string, readonly KubeObject[]>>;
  readonly suspended?: Readonly<Record<string, readonly KubeObject[]>>;
  readonly placement: Readonly<Record<string, object>>;
  readonly unscheduled?: readonly Told[];
  readonly waiting?: readonly Told[];
  readonly failed?: readonly Told[];
  readonly rejected?: readonly Told[];
  readonly unmatched?: readonly string[];
  readonly skipped?: readonly string[];
}

export interface Told {
  readonly object: string;
  readonly cluster?: string;
  readonly reason?: string;
}

/** A case from a folder that holds it file by file. */
export function readCaseFolder(folder: string): KarmadaCase {
  const optional = (name: 'config' | 'state') => {
    const file = join(folder, `${name}.json`);
    return statSync(file, { throwIfNoEntry: false }) === undefined ? {} : { [name]: json(file) };
  };
  return {
    title: json(join(folder, 'meta.json')).title,
    files: Object.fromEntries(['templates', 'policies', 'clusters'].flatMap(filesIn)),
    ...optional('config'),
    ...optional('state'),
    expected: json(join(folder, 'expected.json')),
  };

  function filesIn(kind: string): readonly (readonly [string, string])[] {
    const directory = join(folder, kind);
    if (statSync(directory, { throwIfNoEntry: false }) === undefined) return [];
    return readdirSync(directory)
      .toSorted()
      .map((file) => [`${kind}/${file}`, readFileSync(join(directory, file), 'utf8')]);
  }
}

function json(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
