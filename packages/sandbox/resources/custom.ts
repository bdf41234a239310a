/** Converts a CustomResourceDefinition into the resource types that it defines. */
import { itemsOf } from '../kinds/fill.ts';
import { type Fields, fieldsAt, isFields, type KubeObject, listAt, textAt } from '../object.ts';
import { customShape } from '../schema/builtin.ts';
import type { OpenApiSchema } from '../schema/openapi-schema.ts';
import type { PrinterColumn, Resource, ScalePaths, Subresource } from './resource.ts';

/** Returns one type per served version. The definition must be valid. */
export function customResources(definition: KubeObject): Resource[] {
  const spec = fieldsAt(definition, 'spec');
  return itemsOf(spec, 'versions')
    .filter(({ served }) => served === true)
    .map((version) => customResource(spec, version));
}

function customResource(spec: Fields, version: Fields): Resource {
  const names = fieldsAt(spec, 'names');
  const kind = textAt(names, 'kind') ?? '';
  const schema = fieldsAt(version, 'schema').openAPIV3Schema;
  const openApi = isFields(schema) ? (schema as OpenApiSchema) : undefined;
  return {
    group: textAt(spec, 'group') ?? '',
    version: textAt(version, 'name') ?? '',
    kind,
    listKind: textAt(names, 'listKind') ?? `${kind}List`,
    plural: textAt(names, 'plural') ?? '',
    singular: textAt(names, 'singular') ?? kind.toLowerCase(),
    namespaced: spec.scope === 'Namespaced',
    shortNames: listAt(names, 'shortNames').map(String),
    categories: listAt(names, 'categories').map(String),
    subresources: subresourcesOf(version),
    shape: customShape(openApi),
    counted: true,
    strategy: {},
    custom: { schema: openApi, columns: columnsOf(version), scale: scaleOf(version) },
  };
}

function subresourcesOf(version: Fields): Subresource[] {
  const given = fieldsAt(version, 'subresources');
  return (['status', 'scale'] as const).filter((name) => given[name] !== undefined);
}

function columnsOf(version: Fields): PrinterColumn[] {
  return itemsOf(version, 'additionalPrinterColumns').map((column) => ({
    name: textAt(column, 'name') ?? '',
    type: textAt(column, 'type') ?? 'string',
    jsonPath: textAt(column, 'jsonPath') ?? '',
    description: textAt(column, 'description') ?? '',
    priority: typeof column.priority === 'number' ? column.priority : 0,
  }));
}

function scaleOf(version: Fields): ScalePaths | undefined {
  const scale = fieldsAt(version, 'subresources').scale;
  const specReplicasPath = textAt(scale, 'specReplicasPath');
  const statusReplicasPath = textAt(scale, 'statusReplicasPath');
  if (specReplicasPath === undefined || statusReplicasPath === undefined) return undefined;
  const labelSelectorPath = textAt(scale, 'labelSelectorPath');
  return {
    specReplicasPath,
    statusReplicasPath,
    ...(labelSelectorPath !== undefined && { labelSelectorPath }),
  };
}
