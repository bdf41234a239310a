/** Label and field selectors in query parameters, and label selectors inside objects. */
import {
  type Fields,
  fieldsAt,
  isFields,
  type KubeObject,
  listAt,
  textAt,
  type Value,
} from './object.ts';
import { badRequest } from './status.ts';

interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

export type LabelTest = (labels: Fields) => boolean;

const term =
  /^\s*(?:(?<negated>!)\s*(?<absent>[\w./-]+)|(?<key>[\w./-]+)\s*(?:(?<set>in|notin)\s*\((?<values>[^)]*)\)|(?<sign>==|=|!=|>|<)\s*(?<value>[\w.-]*))?)\s*(?:,|$)/;

/**
 * Parses a label selector such as `app=web,tier in (a, b),!old`.
 *
 * @throws ApiError 400 when `text` is not a label selector
 */
export function parseLabelSelector(text: string): LabelTest {
  const requirements: Requirement[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const match = term.exec(rest);
    if (match?.groups === undefined) {
      throw badRequest(
        `unable to parse requirement: ${JSON.stringify(rest)} is not a label requirement`,
      );
    }
    requirements.push(requirementOf(match.groups));
    rest = rest.slice(match[0].length);
  }
  return (labels) => requirements.every((requirement) => meets(requirement, labels));
}

const signs: Readonly<Record<string, Requirement['operator']>> = {
  '!=': 'NotIn',
  '>': 'Gt',
  '<': 'Lt',
};

function requirementOf(groups: Readonly<Record<string, string | undefined>>): Requirement {
  const { absent, key = '', set, values = '', sign, value = '' } = groups;
  if (absent !== undefined) return { key: absent, operator: 'DoesNotExist', values: [] };
  if (set !== undefined) {
    const members = values.split(',').map((one) => one.trim());
    return { key, operator: set === 'in' ? 'In' : 'NotIn', values: members };
  }
  if (sign === undefined) return { key, operator: 'Exists', values: [] };
  return { key, operator: signs[sign] ?? 'In', values: [value] };
}

function meets({ key, operator, values }: Requirement, labels: Fields): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return typeof value === 'string' && values.includes(value);
    case 'NotIn':
      return typeof value !== 'string' || !values.includes(value);
    case 'Gt':
      return Number.parseInt(String(value), 10) > Number(values[0]);
    case 'Lt':
      return Number.parseInt(String(value), 10) < Number(values[0]);
  }
}

/** Reports whether a LabelSelector object (`matchLabels`, `matchExpressions`) selects `labels`. */
export function matchesLabels(selector: Value | undefined, labels: Value | undefined): boolean {
  if (!isFields(selector)) return false;
  const found = isFields(labels) ? labels : {};
  const exact = Object.entries(fieldsAt(selector, 'matchLabels'));
  if (!exact.every(([key, value]) => found[key] === value)) return false;
  return listAt(selector, 'matchExpressions').every((expression) => {
    const key = textAt(expression, 'key') ?? '';
    const operator = textAt(expression, 'operator');
    const values = listAt(expression, 'values').map(String);
    if (operator !== 'In' && operator !== 'NotIn' && operator !== 'Exists') {
      return operator === 'DoesNotExist' && meets({ key, operator, values }, found);
    }
    return meets({ key, operator, values }, found);
  });
}

export type ObjectTest = (object: KubeObject) => boolean;

/** Selectable fields by kind, in addition to those of metadata. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  Secret: ['type'],
  Service: ['spec.clusterIP', 'spec.type'],
  Job: ['status.successful'],
  ReplicaSet: ['status.replicas'],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

/**
 * Parses a field selector of `kind` such as `metadata.name=web,status.phase!=Running`.
 *
 * @throws ApiError 400 when `text` is not a field selector or names a field that is not selectable
 */
export function parseFieldSelector(kind: string, text: string): ObjectTest {
  const terms = text.split(',').filter((one) => one.trim() !== '');
  const tests = terms.map((one) => fieldTest(kind, one.trim()));
  return (object) => tests.every((test) => test(object));
}

function fieldTest(kind: string, text: string): ObjectTest {
  const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(text);
  const [, field = '', sign, expected = ''] = match ?? [];
  if (match === null) throw badRequest(`invalid field selector: ${JSON.stringify(text)}`);
  const known = ['metadata.name', 'metadata.namespace', ...(selectable[kind] ?? [])];
  if (!known.includes(field)) {
    const list = known.map((one) => `"${one}"`).join(', ');
    throw badRequest(`${JSON.stringify(field)} is not a known field selector: only ${list}`);
  }
  return (object) => (fieldText(object, field) === expected) === (sign !== '!=');
}

function fieldText(object: KubeObject, field: string): string {
  const path = field === 'source' ? ['source', 'component'] : field.split('.');
  let value: Value | undefined = object;
  for (const step of path) value = isFields(value) ? value[step] : undefined;
  if (value === undefined || value === null) return field === 'spec.unschedulable' ? 'false' : '';
  return String(value);
}
