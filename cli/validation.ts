import type { Validate } from '#compiler/validate/validate.ts';
import type { FleetSettings } from '#model/fleet.ts';

/** Whether a compile validates what it renders: as the repository wants it, or whoever runs it. */
export function validates(
  { validation }: Pick<FleetSettings, 'validation'>,
  { strict }: { readonly strict: boolean },
): boolean {
  return validation === 'Strict' || (strict && validation === 'Lenient');
}

/** The validation by the schemas that come with Regatta, which nothing else reads. */
export async function loadValidation(): Promise<Validate> {
  const [{ createValidation }, { knownSchemas }] = await Promise.all([
    import('#compiler/validate/validate.ts'),
    import('#io/schemas.ts'),
  ]);
  return createValidation(knownSchemas());
}
