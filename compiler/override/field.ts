import type { KubeObject } from '#model/object.ts';
import type { FieldOverrider, FieldPatch } from '#model/override.ts';
import { pathOf } from '#model/pointer.ts';
import { readYaml } from '#model/yaml.ts';
import { patchDocument } from './json-patch.ts';
import { type JsonNode, jsonNodeOf, parseJsonText, printJsonText } from './json-text.ts';
import type { OverrideFault, Plan } from './overrider.ts';
import { printYamlText } from './yaml-text.ts';

/**
 * Patches JSON or YAML inside a text field of the object, such as an entry of a ConfigMap.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/overridemanager.go (applyFieldOverriders).
 */
export const planField: Plan<FieldOverrider> = (object, { fieldPath, json = [], yaml = [] }) => {
  const text = textFieldAt(object, fieldPath);
  if (typeof text !== 'string') {
    return {
      message: `has no string at ${fieldPath}`,
      hint: 'use the path of a string field that contains JSON or YAML',
    };
  }
  const changed = yaml.length > 0 ? patchYaml(text, yaml) : patchJson(text, json);
  if (typeof changed === 'string')
    return [{ operator: 'replace', path: fieldPath, value: changed }];
  return { ...changed, message: `has at ${fieldPath} ${changed.message}` };
};

function textFieldAt(object: KubeObject, path: string): unknown {
  return pathOf(path).reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined,
    object,
  );
}

function patchJson(text: string, patches: readonly FieldPatch[]): string | OverrideFault {
  // Karmada leaves an empty text unchanged without an error.
  if (patches.length === 0 || text === '') return '';
  const document = parseJsonText(text);
  if (document === undefined) return { message: 'a string that is not JSON' };
  const nodes = patches.map((patch) => ({ ...patch, value: jsonNodeOf(patch.value ?? null) }));
  const patched = patchAll(document, nodes);
  return patched.type === 'failed' ? patched : printJsonText(patched.document as JsonNode);
}

function patchYaml(text: string, patches: readonly FieldPatch[]): string | OverrideFault {
  const documents = readYaml(text);
  if ('message' in documents) return { message: `a string that is not YAML: ${documents.message}` };
  if (documents.length > 1) {
    return {
      message: 'a YAML stream of several documents',
      hint: 'keep only one document in the string',
    };
  }
  const [document = null] = documents;
  if (!fitsJson(document))
    return { message: 'a YAML string with a number that JSON cannot represent' };
  const patched = patchAll(document, patches);
  return patched.type === 'failed' ? patched : printYamlText(patched.document);
}

/** Reports whether a value is JSON, as which Karmada reads YAML: JSON has no .inf and .nan. */
function fitsJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(fitsJson);
}

type PatchedAll =
  | { readonly type: 'changed'; readonly document: unknown }
  | ({ readonly type: 'failed' } & OverrideFault);

function patchAll(
  document: unknown,
  patches: readonly (Omit<FieldPatch, 'value'> & { readonly value?: unknown })[],
): PatchedAll {
  let current = document;
  for (const { operator, subPath, value } of patches) {
    const patched = patchDocument(current, { operator, path: subPath, value });
    if (patched.type === 'failed') {
      const { hint } = patched;
      const path = subPath === '' ? "''" : subPath;
      return { type: 'failed', message: `no path ${path} to ${operator}`, hint };
    }
    current = patched.document;
  }
  return { type: 'changed', document: current };
}
