import type { ClusterObject } from '#model/binding.ts';
import { fullImage, type ImageLock } from '#model/image-lock.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { AppliedRule } from '#model/override.ts';
import { fieldName, pathOf } from '#model/pointer.ts';
import { conflictAnnotation, preservedAnnotation, suspendedAnnotation } from '#model/rendered.ts';
import type { Sourced } from '#model/source.ts';
import type { Decisions } from '../decisions.ts';
import type { Origin } from './origin.ts';
import { beforeOverrides, replayRule } from './replay.ts';
import { claim, isSame, retrace, type Trace, traceOf, valueAtPath } from './trace.ts';

interface Traced {
  readonly value: KubeObject;
  readonly trace: Trace;
}

/** Traces an object from its template to its rendered form on a cluster, and records the origin of each value. */
export function traceOrigins(rendered: ClusterObject, decisions: Decisions): Trace {
  const { repository } = decisions;
  const { binding, overrides } = rendered;
  const { template, policy } = binding;
  const { given, divided } = beforeOverrides(rendered, decisions);
  const trace = traceOf(given, (pointer) => originInTemplate(template, pointer));
  const byPolicy = (field: string): Origin =>
    policy === undefined ? { by: 'compile' } : originIn('propagation', policy, field);
  const start: Traced = {
    value: divided,
    trace: retrace({ value: given, trace }, divided, () =>
      byPolicy('/spec/placement/replicaScheduling'),
    ),
  };
  const overridden = overrides.reduce(applyTraced, start);
  return retrace(overridden, rendered.object, (pointer) => {
    const field = annotations.get(pathOf(pointer)[2] ?? '');
    if (field !== undefined) return byPolicy(field);
    const image = valueAtPath(rendered.object, pathOf(pointer));
    return originInLock(image, repository.images) ?? { by: 'compile' };
  });
}

/** Returns the lock entry as the origin of an image that ends with its locked digest. */
function originInLock(image: unknown, images: ImageLock): Origin | undefined {
  const [tagged = '', digest] = typeof image === 'string' ? image.split('@') : [];
  const locked = images.get(fullImage(tagged) ?? '');
  return locked?.digest === digest && locked ? { by: 'lock', at: locked.at() } : undefined;
}

/** Annotations that compile writes, with the policy field that sets each. */
const annotations: ReadonlyMap<string, string> = new Map([
  [suspendedAnnotation, '/spec/suspension'],
  [preservedAnnotation, '/spec/preserveResourcesOnDeletion'],
  [conflictAnnotation, '/spec/conflictResolution'],
]);

/** Attributes a namespace that the author left out to compile. Its position is that of the surrounding metadata. */
function originInTemplate({ object, at }: Sourced, pointer: string): Origin {
  const isDefaulted =
    pointer === '/metadata/namespace' &&
    object.metadata.namespace === 'default' &&
    isSame(at(pointer), at('/metadata'));
  return isDefaulted ? { by: 'compile' } : { by: 'template', at: at(pointer, { key: true }) };
}

function originIn(by: 'propagation' | 'override', { object, at }: Sourced, field: string): Origin {
  const rule = fieldName(pathOf(field).slice(1));
  return { by, policy: describeObject(object), rule, at: at(field) };
}

/** Applies a rule entry by entry, so that each change gets its own entry as the origin. */
function applyTraced(start: Traced, rule: AppliedRule): Traced {
  return replayRule(start.value, rule).reduce((current, { entry, touched, before, after }) => {
    const origin = () => originIn('override', rule.policy, entry);
    const trace = touched
      .map(({ field }) => pathOf(field))
      .filter((path) => isSetAgain(path, before, after))
      .reduce((traced, path) => claim(traced, path, origin), retrace(current, after, origin));
    return { value: after, trace };
  }, start);
}

/** Reports whether an entry set a value that was already there, which a comparison does not show. */
function isSetAgain(path: readonly string[], before: KubeObject, after: KubeObject): boolean {
  const around = path.slice(0, -1);
  const size = (object: KubeObject) => Object.keys(Object(valueAtPath(object, around))).length;
  return (
    size(before) === size(after) && isSame(valueAtPath(before, path), valueAtPath(after, path))
  );
}
