import type { Position } from '#model/diagnostic.ts';

/** The source of a value in a rendered object. */
export interface Origin {
  readonly by: 'compile' | 'template' | 'propagation' | 'override' | 'lock';
  /** Name of the policy, such as `OverridePolicy shop/mirror`; absent if the source is not a policy. */
  readonly policy?: string | undefined;
  /** Field of the policy, such as `overrideRules[0].overriders.imageOverrider[0]`. */
  readonly rule?: string | undefined;
  /** Absent for values that compile itself writes. */
  readonly at?: Position | undefined;
}
