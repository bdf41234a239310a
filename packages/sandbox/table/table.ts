/** Table responses, which `kubectl get` requests. */
import type { Fields, KubeObject, Value } from '../object.ts';
import type { PrinterColumn, Resource } from '../resources/resource.ts';
import { age, type Column, createdAt } from './column.ts';
import { ageOf } from './duration.ts';
import { valuesAt } from './json-path.ts';
import { otherColumns } from './other-columns.ts';
import { metadataOnly } from './partial.ts';
import { workloadColumns } from './workload-columns.ts';

const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  priority: 0,
  cell: ({ metadata }) => metadata.name,
};

/**
 * Returns a `meta.k8s.io/v1` Table. The query parameter `includeObject` (None, Metadata or Object)
 * selects the object in each row.
 */
export function tableOf(
  resource: Resource,
  objects: readonly Fields[],
  query: URLSearchParams,
): Fields {
  const columns = columnsOf(resource);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: resourceVersionOf(objects) },
    columnDefinitions: columns.map(definitionOf),
    rows: objects.map((object) => rowOf(columns, object as KubeObject, query.get('includeObject'))),
  };
}

function columnsOf({ kind, custom }: Resource): readonly Column[] {
  if (custom !== undefined) {
    const own = custom.columns.map(customColumn);
    return [nameColumn, ...(own.length > 0 ? own : [{ ...age, type: 'date' }])];
  }
  const own = workloadColumns[kind] ?? otherColumns[kind] ?? [createdAt];
  return kind === 'Event' ? [...own, { ...nameColumn, priority: 1 }] : [nameColumn, ...own];
}

function customColumn({ name, type, jsonPath, priority = 0 }: PrinterColumn): Column {
  const cell = (object: KubeObject): Value => {
    const found = valuesAt(object, jsonPath);
    const [first] = found;
    if (first === undefined) return null;
    if (type === 'date') return typeof first === 'string' ? ageOf(first) : null;
    if (type !== 'string') return first;
    return found.map(printed).join(',');
  };
  return { name, type, priority, cell };
}

function printed(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function definitionOf({ name, type, priority }: Column): Fields {
  return { name, type, format: name === 'Name' ? 'name' : '', description: name, priority };
}

function rowOf(columns: readonly Column[], object: KubeObject, include: string | null): Fields {
  const cells = columns.map(({ cell }) => cell(object));
  if (include === 'None') return { cells };
  return { cells, object: include === 'Object' ? object : metadataOnly(object) };
}

function resourceVersionOf(objects: readonly Fields[]): string {
  const [only] = objects;
  const object = objects.length === 1 ? (only as KubeObject | undefined) : undefined;
  return object?.metadata.resourceVersion ?? '';
}
