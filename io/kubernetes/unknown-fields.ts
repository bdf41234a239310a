import { nameUnknown } from '#model/unknown-fields.ts';

/**
 * Returns an API server's message about fields that its schema does not have, in one form for all servers, such as
 * `unknown field spec.later`; undefined if the message concerns no such field. A message about other faults too stays
 * unchanged.
 *
 * Source: Kubernetes 1.37, structured-merge-diff/typed and apimachinery/pkg/runtime/serializer.
 */
export function describeUnknownFields(message: string): string | undefined {
  const faults = faultsIn(message);
  const fields = faults.map(fieldIn).filter((field) => field !== undefined);
  if (fields.length === 0) return undefined;
  return fields.length < faults.length ? message : nameUnknown(fields);
}

/** Returns the parts of a message that each name a fault of an object; empty for another message. */
function faultsIn(message: string): readonly string[] {
  const typed = /^failed to create typed patch object \(.*?\): (?:errors:\n)?(.*)$/s.exec(message);
  if (typed !== null) return (typed[1] ?? '').split('\n');
  const [, strict] = /^(?!admission webhook).*strict decoding error: (.*)$/s.exec(message) ?? [];
  return strict === undefined ? [] : strict.split(', ');
}

function fieldIn(fault: string): string | undefined {
  const { typed, strict } =
    /^\s*\.(?<typed>.+): field not declared in schema$|^unknown field "(?<strict>.+)"$/.exec(fault)
      ?.groups ?? {};
  return typed ?? strict;
}
