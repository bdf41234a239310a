/** Columns of a table. */
import { itemsOf } from '../kinds/fill.ts';
import {
  type Fields,
  fieldsAt,
  isFields,
  type KubeObject,
  type Value,
  valueAt,
} from '../object.ts';
import { ageOf } from './duration.ts';

/** A column of the Table that `kubectl get` prints. */
export interface Column {
  readonly name: string;
  readonly type: string;
  /**
   * Priority of the column. kubectl always shows columns with priority 0, and those with priority 1
   * only with `-o wide`.
   */
  readonly priority: number;
  readonly cell: (object: KubeObject) => Value;
}

export function column(name: string, cell: Column['cell'], type = 'string'): Column {
  return { name, type, priority: 0, cell };
}

/** Creates a column that kubectl shows only with `-o wide`. */
export function wide(name: string, cell: Column['cell'], type = 'string'): Column {
  return { name, type, priority: 1, cell };
}

export const age: Column = column('Age', ({ metadata }) => ageOf(metadata.creationTimestamp));

export const createdAt: Column = column(
  'Created At',
  ({ metadata }) => metadata.creationTimestamp ?? '',
  'date',
);

/** Creates a column with the number at `path`, or with 0 for an object without a value there. */
export function count(name: string, ...path: readonly string[]): Column {
  return column(name, (object) => valueAt(object, ...path) ?? 0, 'integer');
}

/** Creates a column with the text at `path`, or with `none` for an object without a value there. */
export function text(name: string, none: string, ...path: readonly string[]): Column {
  return column(name, (object) => String(valueAt(object, ...path) ?? none));
}

/** Formats labels as `a=1,b=2`, or `<none>`. */
export function labelsText(labels: Value | undefined): string {
  const pairs = Object.entries(isFields(labels) ? labels : {});
  if (pairs.length === 0) return '<none>';
  return pairs.map(([key, value]) => `${key}=${String(value)}`).join(',');
}

/** Creates the columns for the containers and images of the pod template at `path`. */
export function podColumns(...path: readonly string[]): Column[] {
  const containers = (object: KubeObject): Fields[] =>
    itemsOf(valueAt(object, ...path, 'spec'), 'containers');
  return [
    wide('Containers', (object) =>
      containers(object)
        .map(({ name }) => String(name))
        .join(','),
    ),
    wide('Images', (object) =>
      containers(object)
        .map(({ image }) => String(image))
        .join(','),
    ),
  ];
}

export const selector: Column = wide('Selector', (object) => {
  const value = fieldsAt(object, 'spec').selector;
  return labelsText(isFields(value) && isFields(value.matchLabels) ? value.matchLabels : value);
});
