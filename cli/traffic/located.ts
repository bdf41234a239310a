import type { Position } from '#model/diagnostic.ts';
import type { RouteOrigin } from '#model/istio-engine.ts';
import { keyOf, type ObjectKey } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import type { Sourced } from '#model/source.ts';
import type { MeshTraffic } from '#traffic/ask/report.ts';

/** A rule in the sources. */
export interface LocatedRule {
  /** Kind, namespace and name of its object: `VirtualService default/bookinfo`. */
  readonly object: string;
  /** Field of the object, such as `spec.http[0]`. */
  readonly field: string;
  readonly at: Position;
}

/** The answer of `regatta traffic`. */
export interface TrafficAnswer {
  readonly meshes: readonly MeshTraffic[];
  /** Rules by `ruleKey`. */
  readonly rules: ReadonlyMap<string, LocatedRule>;
}

/** Identifies a rule. */
export function ruleKey({ ref, rule, match }: RouteOrigin): string {
  return `${ref} ${rule} ${match ?? ''}`;
}

/** Returns the name of the object that a rule belongs to, by the key of the object. */
export function nameIn(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** Returns the rules of the rows with their positions in the sources. */
export function locatedRules(
  answers: readonly MeshTraffic[],
  templates: readonly Sourced[],
): ReadonlyMap<string, LocatedRule> {
  const byKey = new Map(templates.map((template) => [keyOf(template.object), template]));
  const located = new Map<string, LocatedRule>();
  for (const { way } of answers.flatMap(({ rows }) => rows)) {
    const { rule } = way;
    const template = rule && byKey.get(rule.ref as ObjectKey);
    if (rule !== undefined && template !== undefined) {
      located.set(ruleKey(rule), locate(rule, template));
    }
  }
  return located;
}

function locate({ rule, match }: RouteOrigin, { object, at }: Sourced): LocatedRule {
  const { kind, metadata } = object;
  const list = kind === 'VirtualService' ? 'http' : 'rules';
  const matches = kind === 'VirtualService' ? 'match' : 'matches';
  const path = ['spec', list, `${rule}`, ...(match === undefined ? [] : [matches, `${match}`])];
  return {
    object: `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
    field: `spec.${list}[${rule}]`,
    at: at(pointerTo(path)),
  };
}
