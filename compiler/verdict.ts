import type { Diagnostic } from '#model/diagnostic.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { lockFile } from '#model/image-lock.ts';

export function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Returns a warning as an error, for `--strict`. */
export function asError(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.severity === 'note' ? diagnostic : { ...diagnostic, severity: 'error' };
}

/**
 * Errors after which even a partial compile writes nothing: it does not know which objects or paths
 * the faulty source would produce, and would delete what it leaves out.
 */
const stopping: ReadonlySet<string> = new Set([
  'read/unreadable',
  'read/misnamed-settings',
  'parse/invalid-yaml',
  'parse/duplicate-key',
  'parse/not-an-object',
  'parse/number-out-of-range',
  'parse/too-large',
  'parse/folders-overlap',
  'select/unplaced',
  'write/foreign-file',
  'write/acknowledged',
  'write/duplicate-object',
]);

/** Reports whether a partial compile must write nothing because of a diagnostic. */
export function stopsPartial(diagnostic: Diagnostic): boolean {
  const { code, at } = diagnostic;
  const stops =
    stopping.has(code) || code.startsWith('build/') || [fleetFile, lockFile].includes(at.file);
  return isError(diagnostic) && stops;
}

/** Codes of diagnostics, besides those of meshes, that may be a consequence of an object that the compiler could not read. */
const consequences: ReadonlySet<string> = new Set([
  'select/no-policy',
  'select/selects-nothing',
  'select/shadowed',
  'select/unplaced',
  'override/no-effect',
  'place/no-cluster-fits',
  'place/not-enough-room',
  'place/cannot-spread',
  'place/unknown-cluster',
  'validate/no-definition',
  'validate/no-namespace',
  'validate/missing-object',
  'validate/selects-no-pods',
]);

function isConsequence({ code }: Diagnostic): boolean {
  return consequences.has(code) || code.startsWith('mesh/');
}

/** Drops possible consequences of other errors while a source has errors, so that one fault gives one message. */
export function withoutConsequences(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const faulty = diagnostics.filter(isError).some(({ code }) => /^(read|build|parse)\//.test(code));
  return faulty ? diagnostics.filter((one) => !isConsequence(one)) : diagnostics;
}
