/** An input and the result that Karmada's own code produced for it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '#model/object.ts';

export interface KarmadaCase {
  readonly title: string;
  /** Texts of files in templates/, policies/ and clusters/, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Settings of Karmada's control plane. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Previous placements, by object. */
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

/** The result of a case. Objects are named `apiVersion/Kind/namespace/name`. */
export interface Answer {
  readonly clusters: Readonly<Record<string, readonly KubeObject[]>>;
  readonly suspended?: Readonly<Record<string, readonly KubeObject[]>>;
  readonly placement: Readonly<Record<string, object>>;
  readonly unscheduled?: readonly ReportedObject[];
  readonly waiting?: readonly ReportedObject[];
  readonly failed?: readonly ReportedObject[];
  readonly rejected?: readonly ReportedObject[];
  readonly unmatched?: readonly string[];
  readonly skipped?: readonly string[];
}

export interface ReportedObject {
  readonly object: string;
  readonly cluster?: string;
  readonly reason?: string;
}

/** Reads a case from a folder with one file for each part. */
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
