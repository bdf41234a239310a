/** Reads the annotations that order objects: `depends-on` and sync waves. */
import { describeObject, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { dependsOnAnnotation, waveAnnotation } from '#model/sequence.ts';

/** The position of an object in the order of a sync. */
export interface Sequence {
  /** The sync wave, 0 by default. The syncer first applies the objects of lower waves, which must be ready. */
  readonly wave: number;
  /** Objects that must be ready before the syncer applies this one, and that it deletes after this one. */
  readonly dependsOn: readonly ObjectKey[];
}

/** Reads an object's annotations and ignores invalid ones. */
export function sequenceOf({ metadata: { annotations = {} } }: KubeObject): Sequence {
  const references = (annotations[dependsOnAnnotation] ?? '').split(',').map((text) => text.trim());
  const dependsOn = references.flatMap((text) => keyOfReference(text) ?? []);
  const wave = Number(annotations[waveAnnotation] ?? 0);
  return { wave: Number.isInteger(wave) ? wave : 0, dependsOn };
}

/** Parses a reference: `<group>/namespaces/<namespace>/<Kind>/<name>` or `<group>/<Kind>/<name>`; '' is the core group. */
function keyOfReference(text: string): ObjectKey | undefined {
  const [group = '', ...rest] = text.split('/');
  const [first = '', second = '', kind = '', name = ''] = rest;
  if (rest.length === 2 && first !== '' && second !== '') return `${group}/${first}//${second}`;
  if (rest.length !== 4 || first !== 'namespaces' || !second || !kind || !name) return undefined;
  return `${group}/${kind}/${second}/${name}`;
}

/** Returns why the syncer cannot order these objects; undefined if it can order them. */
export function sequenceFault(objects: readonly KubeObject[]): string | undefined {
  const invalid = objects.map(invalidAnnotation).find((fault) => fault !== undefined);
  if (invalid !== undefined) return invalid;
  const sequences = new Map(objects.map((object) => [keyOf(object), sequenceOf(object)]));
  for (const [key, { wave, dependsOn }] of sequences) {
    const late = dependsOn.find((other) => (sequences.get(other)?.wave ?? wave) > wave);
    if (late !== undefined)
      return `${displayName(key)} depends on ${displayName(late)}, which has a later wave`;
  }
  const cycle = cycleIn(sequences);
  return cycle && `dependency cycle: ${cycle.map(displayName).join(' → ')}`;
}

function invalidAnnotation(object: KubeObject): string | undefined {
  const { annotations = {} } = object.metadata;
  const wave = annotations[waveAnnotation];
  if (wave !== undefined && !/^[+-]?\d{1,9}$/.test(wave)) {
    return `${describeObject(object)} has an invalid ${waveAnnotation}: ${JSON.stringify(wave)} is not an integer`;
  }
  const references = (annotations[dependsOnAnnotation]?.split(',') ?? []).map((text) =>
    text.trim(),
  );
  const invalid = references.find((text) => keyOfReference(text) === undefined);
  if (invalid === undefined) return undefined;
  return `${describeObject(object)} has an invalid ${dependsOnAnnotation}: ${JSON.stringify(invalid)} is not an object reference`;
}

type Sequences = ReadonlyMap<ObjectKey, Pick<Sequence, 'dependsOn'>>;

/** A position in a walk along dependencies: an object, and how many of its dependencies are done. */
interface Step {
  readonly key: ObjectKey;
  next: number;
}

/**
 * Visits every object after its dependencies. Does not recurse, because a chain of dependencies may be as long
 * as the directory.
 *
 * @param onCycle - receives each cycle; its first key is also its last
 */
function walk(
  sequences: Sequences,
  visit: (key: ObjectKey) => void,
  onCycle: (cycle: readonly ObjectKey[]) => void,
): void {
  const state = new Map<ObjectKey, 'open' | 'done'>();
  for (const start of sequences.keys()) {
    const path: Step[] = state.has(start) ? [] : [{ key: start, next: 0 }];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      state.set(step.key, 'open');
      const next = sequences.get(step.key)?.dependsOn[step.next++];
      if (next === undefined) {
        state.set(step.key, 'done');
        visit(step.key);
        path.pop();
      } else if (state.get(next) === 'open') {
        const from = path.findIndex(({ key }) => key === next);
        onCycle([...path.slice(from).map(({ key }) => key), next]);
      } else if (!state.has(next)) path.push({ key: next, next: 0 });
    }
  }
}

/** Returns a dependency cycle; its first key is also its last. */
function cycleIn(sequences: Sequences): readonly ObjectKey[] | undefined {
  let found: readonly ObjectKey[] | undefined;
  const onCycle = (cycle: readonly ObjectKey[]) => {
    found ??= cycle;
  };
  walk(sequences, () => {}, onCycle);
  return found;
}

/** Returns the length of the longest chain of dependencies below each object. */
export function depths(sequences: Sequences): ReadonlyMap<ObjectKey, number> {
  const depths = new Map<ObjectKey, number>();
  const visit = (key: ObjectKey) => {
    let depth = 0;
    for (const next of sequences.get(key)?.dependsOn ?? []) {
      // The dependencies of objects that left Git may contain a cycle.
      depth = Math.max(depth, (depths.get(next) ?? 0) + 1);
    }
    depths.set(key, depth);
  };
  walk(sequences, visit, () => {});
  return depths;
}

/** Returns a display name such as `Deployment default/web`. */
export function displayName(key: ObjectKey): string {
  const [, kind, namespace, name] = key.split('/');
  return `${kind} ${namespace ? `${namespace}/${name}` : name}`;
}
