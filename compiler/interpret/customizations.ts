import type { CustomizationRules, ResourceInterpreterCustomization } from '#model/customization.ts';
import type { Report } from '#model/diagnostic.ts';
import { byText, describeObject } from '#model/object.ts';
import type { ScriptEngine } from '#model/script.ts';
import type { Sourced } from '#model/source.ts';

type Operation = keyof CustomizationRules;

/** A script for one operation on one kind. */
export interface Script {
  readonly operation: Operation;
  readonly source: string;
  readonly by: Sourced<ResourceInterpreterCustomization>;
  /** JSON pointer to the script in the customization. */
  readonly pointer: string;
}

/** The scripts of a kind for the operations that placement needs. */
export interface KindScripts {
  readonly replicas?: Script | undefined;
  readonly revise?: Script | undefined;
  readonly dependencies: readonly Script[];
}

/** Scripts, by apiVersion and kind. */
export type ScriptsByKind = ReadonlyMap<string, KindScripts>;

/**
 * Returns the scripts of all customizations by kind. Each operation has one script, except that dependencies
 * may have several.
 *
 * Source: Karmada v1.18, pkg/resourceinterpreter/customized/declarative/configmanager,
 * pkg/webhook/resourceinterpretercustomization.
 */
export function collectScripts(
  customizations: readonly Sourced<ResourceInterpreterCustomization>[],
  engine: ScriptEngine,
  report: Report,
): ScriptsByKind {
  const sorted = customizations.toSorted((a, b) =>
    byText(a.object.metadata.name, b.object.metadata.name),
  );
  const sound = sorted.filter((sourced) => isSound(sourced, engine, report));
  const byKind = Map.groupBy(sound, ({ object: { spec } }) =>
    [spec.target.apiVersion, spec.target.kind].join('/'),
  );
  return new Map(
    byKind.entries().map(([type, group]) => [
      type,
      {
        replicas: single('replicaResource', group, report),
        revise: single('replicaRevision', group, report),
        dependencies: group.flatMap((sourced) => scriptOf('dependencyInterpretation', sourced)),
      },
    ]),
  );
}

function scriptOf(
  operation: Operation,
  by: Sourced<ResourceInterpreterCustomization>,
): readonly Script[] {
  const source = by.object.spec.customizations[operation]?.luaScript ?? '';
  const pointer = `/spec/customizations/${operation}/luaScript`;
  return source === '' ? [] : [{ operation, source, by, pointer }];
}

function isSound(
  sourced: Sourced<ResourceInterpreterCustomization>,
  engine: ScriptEngine,
  report: Report,
): boolean {
  const operations = Object.keys(sourced.object.spec.customizations) as Operation[];
  const faults = operations
    .flatMap((operation) => scriptOf(operation, sourced))
    .flatMap(({ operation, source, pointer }) => {
      const fault = engine.faultOf(operation, source);
      return fault === undefined ? [] : [{ fault, operation, pointer }];
    });
  for (const { fault, operation, pointer } of faults) {
    report({
      code: 'interpret/invalid-script',
      severity: 'error',
      message: `${describeObject(sourced.object)}: ${fault}`,
      at: sourced.at(pointer),
      hint: `correct the Lua code in spec.customizations.${operation}.luaScript`,
    });
  }
  return faults.length === 0;
}

function single(
  operation: Operation,
  group: readonly Sourced<ResourceInterpreterCustomization>[],
  report: Report,
): Script | undefined {
  const [first, ...others] = group.flatMap((sourced) => scriptOf(operation, sourced));
  if (first === undefined) return undefined;
  const other = {
    at: first.by.at(first.pointer),
    message: `the script of ${describeObject(first.by.object)}`,
  };
  for (const { by, pointer } of others) {
    const { apiVersion, kind } = by.object.spec.target;
    report({
      code: 'interpret/conflicting-scripts',
      severity: 'error',
      message: `${describeObject(by.object)} has a second ${operation} script for ${apiVersion} ${kind}`,
      at: by.at(pointer),
      related: [other],
      hint: 'keep one of the two scripts',
    });
  }
  return first;
}
