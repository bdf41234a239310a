import { parseRepository } from '#compiler/parse/repository.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/policy.ts';

/** Returns the diagnostics of a repository that holds one object. */
export function faultsOf(object: object, profile: Profile = 'regatta'): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  const source = { file: 'a.yaml', text: JSON.stringify(object) };
  parseRepository([source], (diagnostic) => faults.push(diagnostic), { profile });
  return faults;
}
