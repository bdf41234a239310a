import type { Position } from '#model/diagnostic.ts';

/** Who put a value into a rendered object. */
export interface Origin {
  readonly by: 'compile' | 'template' | 'propagation' | 'override' | 'lock';
  /** The policy, `OverridePolicy shop/mirror`; absent for the others. */
  readonly policy?: string | undefined;
  /** The field of the policy: `overrideRules[0].overriders.imageOverrider[0]`. */
  readonly rule?: string | undefined;
  /** Absent for what compile writes of itself. */
  readonly at?: Position | undefined;
}
