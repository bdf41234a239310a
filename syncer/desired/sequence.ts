/** What authors say of order: `depends-on` and sync waves. */
import { describeObject, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';

/** What an object says of when it is applied. */
export interface Sequence {
  /** Lower ones are applied, and ready, first; 0 unless said. */
  readonly wave: number;
  /** Applied and ready before it, and deleted after it. */
  readonly dependsOn: readonly ObjectKey[];
}

const dependsOnAnnotation = 'config.kubernetes.io/depends-on';
const waveAnnotation = 'argocd.argoproj.io/sync-wave';

/** Reads an object's annotations; what can't be read counts as not said. */
export function sequenceOf({ metadata: { annotations = {} } }: KubeObject): Sequence {
  const references = (annotations[dependsOnAnnotation] ?? '').split(',').map((text) => text.trim());
  const dependsOn = references.flatMap((text) => keyOfReference(text) ?? []);
  const wave = Number(annotations[waveAnnotation] ?? 0);
  return { wave: Number.isInteger(wave) ? wave : 0, dependsOn };
}

/** `<group>/namespaces/<namespace>/<Kind>/<name>` or `<group>/<Kind>/<name>`; '' is the core group. */
function keyOfReference(text: string): ObjectKey | undefined {
  const [group = '', ...rest] = text.split('/');
  const [first = '', second = '', kind = '', name = ''] = rest;
  if (rest.length === 2 && first !== '' && second !== '') return `${group}/${first}//${second}`;
  if (rest.length !== 4 || first !== 'namespaces' || !second || !kind || !name) return undefined;
  return `${group}/${kind}/${second}/${name}`;
}

/** Why these objects can't be brought into an order; undefined when they can. */
export function sequenceFault(objects: readonly KubeObject[]): string | undefined {
  const said = objects.map(unreadable).find((fault) => fault !== undefined);
  if (said !== undefined) return said;
  const sequences = new Map(objects.map((object) => [keyOf(object), sequenceOf(object)]));
  for (const [key, { wave, dependsOn }] of sequences) {
    const late = dependsOn.find((other) => (sequences.get(other)?.wave ?? wave) > wave);
    if (late !== undefined)
      return `${show(key)} depends on ${show(late)}, which is of a later wave`;
  }
  const cycle = cycleIn(sequences);
  return cycle && `dependencies in a circle: ${cycle.map(show).join(' → ')}`;
}

function unreadable(object: KubeObject): string | undefined {
  const { annotations = {} } = object.metadata;
  const wave = annotations[waveAnnotation];
  if (wave !== undefined && !/^[+-]?\d{1,9}$/.test(wave)) {
    return `${describeObject(object)} has a ${waveAnnotation} that is no number: ${wave}`;
  }
  const references = (annotations[dependsOnAnnotation]?.split(',') ?? []).map((text) =>
    text.trim(),
  );
  const odd = references.find((text) => keyOfReference(text) === undefined);
  if (odd === undefined) return undefined;
  return `${describeObject(object)} has a ${dependsOnAnnotation} that names no object: ${JSON.stringify(odd)}`;
}

type Sequences = ReadonlyMap<ObjectKey, Pick<Sequence, 'dependsOn'>>;

/** A circle of dependencies, its first key again at its end. */
function cycleIn(sequences: Sequences): readonly ObjectKey[] | undefined {
  const done = new Set<ObjectKey>();
  const walk = (key: ObjectKey, path: readonly ObjectKey[]): readonly ObjectKey[] | undefined => {
    const at = path.indexOf(key);
    if (at >= 0) return [...path.slice(at), key];
    if (done.has(key)) return undefined;
    for (const next of sequences.get(key)?.dependsOn ?? []) {
      const cycle = walk(next, [...path, key]);
      if (cycle !== undefined) return cycle;
    }
    done.add(key);
    return undefined;
  };
  for (const key of sequences.keys()) {
    const cycle = walk(key, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** How many dependencies, one upon the other, an object stands on; there must be no circle. */
export function depths(sequences: Sequences): ReadonlyMap<ObjectKey, number> {
  const depths = new Map<ObjectKey, number>();
  const depthOf = (key: ObjectKey): number => {
    const known = depths.get(key);
    if (known !== undefined) return known;
    // For what is left in a cluster a circle can't be ruled out.
    depths.set(key, 0);
    const below = (sequences.get(key)?.dependsOn ?? []).map((next) => depthOf(next) + 1);
    const depth = Math.max(0, ...below);
    depths.set(key, depth);
    return depth;
  };
  for (const key of sequences.keys()) depthOf(key);
  return depths;
}

/** For people: `Deployment default/web`. */
export function show(key: ObjectKey): string {
  const [, kind, namespace, name] = key.split('/');
  return `${kind} ${namespace ? `${namespace}/${name}` : name}`;
}
