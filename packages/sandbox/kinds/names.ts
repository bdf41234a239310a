/** Validation of names by RFC 1123 and 1035, with the messages of a real API server. */
import { type Cause, invalidValue } from '../status.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';

/** Checks for a DNS label of at most 63 characters: the name of a namespace or container. */
export function labelFaults(field: string, name: string): Cause[] {
  return [
    ...lengthFault(field, name, 63),
    ...formFault(field, name, {
      form: label,
      rule: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
      examples: "'my-name',  or '123-abc'",
    }),
  ];
}

/** Checks for a DNS label that starts with a letter: the name of a Service. */
export function serviceNameFaults(field: string, name: string): Cause[] {
  return [
    ...lengthFault(field, name, 63),
    ...formFault(field, name, {
      form: label1035,
      rule: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
      examples: "'my-name',  or 'abc-123'",
    }),
  ];
}

/** Checks for a DNS subdomain of at most 253 characters: the name of most objects. */
export function subdomainFaults(field: string, name: string): Cause[] {
  return [
    ...lengthFault(field, name, 253),
    ...formFault(field, name, {
      form: subdomain,
      rule: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      examples: "'example.com'",
    }),
  ];
}

/**
 * Checks for a valid path segment of a URL: the name of a role or binding, which may contain
 * colons.
 */
export function pathSegmentFaults(field: string, name: string): Cause[] {
  if (name === '.' || name === '..') return [invalidValue(field, name, `may not be '${name}'`)];
  return ['/', '%']
    .filter((sign) => name.includes(sign))
    .map((sign) => invalidValue(field, name, `may not contain '${sign}'`));
}

function lengthFault(field: string, name: string, maxLength: number): Cause[] {
  if (name.length <= maxLength) return [];
  return [invalidValue(field, name, `must be no more than ${maxLength} characters`)];
}

interface Form {
  readonly form: string;
  readonly rule: string;
  readonly examples: string;
}

function formFault(field: string, name: string, { form, rule, examples }: Form): Cause[] {
  if (new RegExp(`^(?:${form})$`).test(name)) return [];
  const why = `${rule} (e.g. ${examples}, regex used for validation is '${form}')`;
  return [invalidValue(field, name, why)];
}
