import type { ClusterObject } from '#model/binding.ts';
import type { Position } from '#model/diagnostic.ts';
import { printManifest } from '#model/manifest.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { AppliedRule } from '#model/override.ts';
import { pathOf, pointerTo } from '#model/pointer.ts';
import { preservedAnnotation, renderedHeader, suspendedAnnotation } from '#model/rendered.ts';
import { variantFor } from '#model/source.ts';
import { offsetOf, positionOf } from '../parse/positions.ts';

/** A line of a rendered file, and who put it there. */
export interface BlamedLine {
  readonly line: number;
  readonly text: string;
  readonly origin: Origin;
}

export interface Origin {
  readonly by: 'compile' | 'template' | 'propagation' | 'override';
  /** The policy; absent for the others. */
  readonly policy?: string | undefined;
  /** Absent for what compile writes of itself. */
  readonly at?: Position | undefined;
}

/** Says of every line of a rendered object where its value comes from. */
export function blame(rendered: ClusterObject): readonly BlamedLine[] {
  const manifest = printManifest(rendered.object);
  const text = `${renderedHeader}\n${manifest}`;
  const starts = new Map(
    pointersIn(rendered.object).map((pointer) => [
      positionOf('', text, offsetOf(text, 0, pointer, { key: true })).line,
      pointer,
    ]),
  );
  const originOf = createOrigins(rendered);
  let origin: Origin = { by: 'compile' };
  return text
    .trimEnd()
    .split('\n')
    .map((content, index) => {
      const pointer = starts.get(index + 1);
      // Further lines of a text belong to where it begins.
      if (pointer !== undefined) origin = originOf(pointer);
      return { line: index + 1, text: content, origin };
    });
}

/** Of every value, from the outside in: of those that begin in one line the innermost comes last. */
function pointersIn(value: unknown, path: readonly string[] = []): readonly string[] {
  const own = path.length === 0 ? [] : [pointerTo(path)];
  if (typeof value !== 'object' || value === null) return own;
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, item]) => pointersIn(item, [...path, key])),
  ];
}

function createOrigins({
  cluster,
  object,
  binding,
  overrides,
}: ClusterObject): (pointer: string) => Origin {
  const { template, policy } = binding;
  const given = variantFor(template, cluster) ?? template.object;
  return (pointer) => {
    const overridden = overrides.toReversed().find((rule) => touches(rule, pointer));
    if (overridden !== undefined) return overrideOrigin(overridden, pointer);
    const field = fieldOfPolicy(pointer, object, given);
    if (policy === undefined || field === undefined) {
      return { by: 'template', at: template.at(pointer, { key: true }) };
    }
    return { by: 'propagation', policy: describeObject(policy.object), at: policy.at(field) };
  };
}

function touches({ touched }: AppliedRule, pointer: string): boolean {
  return touched.some(({ field }) => isAtOrBelow(pointer, field));
}

function overrideOrigin({ policy, touched }: AppliedRule, pointer: string): Origin {
  const entry = touched.findLast(({ field }) => isAtOrBelow(pointer, field))?.entry ?? '';
  return { by: 'override', policy: describeObject(policy.object), at: policy.at(entry) };
}

function isAtOrBelow(pointer: string, field: string): boolean {
  return pointer === field || pointer.startsWith(`${field}/`);
}

const annotations: Readonly<Record<string, string>> = {
  [suspendedAnnotation]: '/spec/suspension',
  [preservedAnnotation]: '/spec/preserveResourcesOnDeletion',
  'work.karmada.io/conflict-resolution': '/spec/conflictResolution',
};

/** What of the PropagationPolicy has put a value there, as a pointer into it. */
function fieldOfPolicy(pointer: string, object: KubeObject, given: KubeObject): string | undefined {
  const path = pathOf(pointer);
  if (valueAt(object, path) === valueAt(given, path)) return undefined;
  const [first, second, key = ''] = path;
  if (first === 'metadata' && second === 'annotations') return annotations[key];
  // Of numbers compile changes none but those of replicas and completions.
  const isCount = typeof valueAt(object, path) === 'number';
  return isCount ? '/spec/placement/replicaScheduling' : undefined;
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => Object(value)[key], object);
}
