import type { Rendition } from '#compiler/decisions.ts';
import type { ValidationInputs } from '#compiler/validate/validation.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { FleetSettings } from '#model/fleet.ts';

/** Whether a compile validates what it renders: as the repository wants it, or whoever runs it. */
export function validates(
  { validation }: Pick<FleetSettings, 'validation'>,
  { strict }: { readonly strict: boolean },
): boolean {
  return validation === 'Strict' || (strict && validation === 'Lenient');
}

/**
 * Finds what API servers would refuse of a rendition. The engine, and the schemas that come with
 * Regatta, are loaded here and nowhere else.
 *
 * @param directory - the fleet repository, whose earlier answers are remembered
 */
export async function validate(
  directory: string,
  rendition: Rendition,
  inputs: Omit<ValidationInputs, 'known'>,
): Promise<readonly Diagnostic[]> {
  const [{ startValidation }, { knownSchemas }, { ObjectChecks }] = await Promise.all([
    import('#compiler/validate/validate.ts'),
    import('#io/schemas.ts'),
    import('#io/checks/object-checks.ts'),
  ]);
  const pending = startValidation(rendition, { ...inputs, known: knownSchemas() });
  return pending.finish(await new ObjectChecks(directory).run(pending.requests));
}
