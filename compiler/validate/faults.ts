import { nearestWord } from '#model/nearest.ts';
import { fieldName, pathOf, pointerTo } from '#model/pointer.ts';

/** What an object has that its schema does not allow. */
export interface Fault {
  readonly type: 'unknown' | 'missing' | 'invalid' | 'duplicate';
  /** JSON pointer to the value; of one that is missing to what lacks it. */
  readonly pointer: string;
  /** `spec.template.spec.containers[0].image`. */
  readonly field: string;
  /** Completes "spec.replicas …"; '' of fields that are unknown or missing. Holds no values but words. */
  readonly complaint: string;
  readonly hint?: string | undefined;
}

/** An error as ajv tells it. */
export interface KeywordError {
  readonly keyword: string;
  /** JSON pointer to the value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema?: { readonly properties?: object; readonly type?: unknown } | undefined;
  readonly data?: unknown;
  readonly message?: string | undefined;
}

/**
 * The faults behind errors. What is told of each alternative of an anyOf is told as one, and of a value
 * of the wrong type nothing else.
 */
export function faultsOf(errors: readonly KeywordError[]): readonly Fault[] {
  const ofType = errors.filter(({ keyword }) => keyword === 'type');
  const mistyped = new Set(ofType.map(({ instancePath }) => instancePath));
  const told = errors.filter(
    ({ schemaPath, keyword, instancePath }) =>
      !/\/(anyOf|oneOf|not)\/./.test(schemaPath) &&
      (keyword === 'type' || !mistyped.has(instancePath)),
  );
  const faults = told.map(faultOf);
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

function faultOf(error: KeywordError): Fault {
  const { keyword, instancePath, params } = error;
  if (keyword === 'additionalProperties') return unknownField(error);
  if (keyword === 'required') {
    const missing = `${instancePath}${pointerTo([String(params.missingProperty)])}`;
    const field = fieldOf(missing);
    return { type: 'missing', pointer: instancePath, field, complaint: '' };
  }
  if (keyword === 'uniqueBy') return duplicateItem(error);
  const [complaint, hint] = complaintOf(error);
  return { type: 'invalid', pointer: instancePath, field: fieldOf(instancePath), complaint, hint };
}

function fieldOf(pointer: string): string {
  return fieldName(pathOf(pointer));
}

function unknownField({ instancePath, params, parentSchema }: KeywordError): Fault {
  const name = String(params.additionalProperty);
  const pointer = `${instancePath}${pointerTo([name])}`;
  const known = Object.keys(parentSchema?.properties ?? {});
  const nearest = nearestWord(name, known);
  const few = known.length > 0 && known.length <= 12 ? `it knows ${known.join(', ')}` : 'remove it';
  const hint = nearest === undefined ? few : `did you mean ${nearest}?`;
  return { type: 'unknown', pointer, field: fieldOf(pointer), complaint: '', hint };
}

function duplicateItem({ instancePath, params }: KeywordError): Fault {
  const pointer = `${instancePath}/${params.index}`;
  const keys = (params.keys as readonly string[]).join(' and ');
  const complaint =
    keys === '' ? 'is in the list already' : `has the ${keys} of an item that comes before it`;
  return { type: 'duplicate', pointer, field: fieldOf(pointer), complaint };
}

/** What is wrong with a value, and what to do about it. Values are not told: they may be secret. */
function complaintOf({
  keyword,
  params,
  data,
  message = '',
}: KeywordError): readonly [complaint: string, hint?: string] {
  switch (keyword) {
    case 'type':
      return typeComplaint([params.type].flat().map(String), data);
    case 'enum':
      return enumComplaint(params.allowedValues as readonly unknown[], data);
    case 'format':
      return formatComplaints[String(params.format)] ?? [message];
    case 'pattern':
      return [`must match ${params.pattern}`];
    case 'anyOf':
      return ['fits none of the forms that its schema allows'];
    case 'oneOf':
      return ['must have one, and only one, of the forms that its schema allows'];
    case 'not':
      return ['has a form that its schema forbids'];
    default:
      return [message.replace('must NOT', 'must not')];
  }
}

const formatComplaints: Readonly<Record<string, readonly [string, string?]>> = {
  byte: ['must be base64', 'give it as it is in stringData, or encode it'],
  'date-time': ['must be a time such as 2026-01-31T12:00:00Z'],
  quantity: ['must be a quantity, such as 100m or 1Gi'],
};

const names: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function typeComplaint(types: readonly string[], data: unknown): readonly [string, string?] {
  const wanted = types.filter((type) => type !== 'null').map((type) => names[type] ?? type);
  const isScalar = typeof data === 'number' || typeof data === 'boolean';
  const complaint = `must be ${wanted.join(' or ')}, not ${typeName(data)}`;
  if (isScalar && types.includes('string')) return [complaint, 'put it in quotes'];
  const isNumber = types.some((type) => type === 'integer' || type === 'number');
  return isNumber && typeof data === 'string' ? [complaint, 'give it without quotes'] : [complaint];
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return names.array ?? '';
  return typeof value === 'boolean' ? 'a boolean' : (names[typeof value] ?? typeof value);
}

function enumComplaint(allowed: readonly unknown[], data: unknown): readonly [string, string?] {
  const words = allowed.filter((word) => word !== null).map(String);
  const nearest = typeof data === 'string' ? nearestWord(data, words) : undefined;
  const hint = nearest === undefined ? undefined : `did you mean ${nearest}?`;
  return hint === undefined
    ? [`must be one of ${words.join(', ')}`]
    : [`must be one of ${words.join(', ')}`, hint];
}
