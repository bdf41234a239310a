import type { Rendition } from '#compiler/decisions.ts';
import type { ValidationInputs } from '#compiler/validate/validation.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { FleetSettings } from '#model/fleet.ts';

/** Returns whether a compile validates everything: the settings or `--strict` require it. */
export function validates(
  { validation }: Pick<FleetSettings, 'validation'>,
  { strict }: { readonly strict: boolean },
): boolean {
  return validation === 'Strict' || (strict && validation === 'Lenient');
}

/**
 * Finds the rendered objects that API servers would reject. Only this function loads the engine and
 * the schemas that come with Regatta.
 *
 * @param directory - the fleet repository, for the cache of earlier answers
 */
export async function validate(
  directory: string,
  rendition: Rendition,
  inputs: Omit<ValidationInputs, 'known'>,
): Promise<readonly Diagnostic[]> {
  const [{ startValidation }, { knownSchemas }, { ObjectChecks }, { completeAnswers }] =
    await Promise.all([
      import('#compiler/validate/validate.ts'),
      import('#io/schemas.ts'),
      import('#io/checks/object-checks.ts'),
      import('./complete-answers.ts'),
    ]);
  const pending = startValidation(rendition, { ...inputs, known: knownSchemas() });
  const checks = new ObjectChecks(directory);
  return pending.finish(await completeAnswers(pending.requests, (some) => checks.run(some)));
}
