/** How a fleet identifies itself: `metadata.name`, `spec.id` and `spec.repositories` of regatta.yaml. */
import * as v from 'valibot';

/** The settings of regatta.yaml that identify a fleet. */
export interface FleetIdentity {
  /** A DNS label. */
  readonly name: string;
  /** Ten characters of `[a-z0-9]`; absent means that the id follows from the address of the repository. */
  readonly id?: string | undefined;
  /** Addresses from which the fleet may be applied. Without addresses, it is applied from one only. */
  readonly repositories: readonly string[];
}

export const defaultFleetIdentity: FleetIdentity = { name: 'fleet', repositories: [] };

/** Schema of `metadata.name`. */
export const fleetName: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a DNS label: at most 63 lower-case letters, digits and hyphens',
  ),
);

/** Schema of `spec.id`. */
export const fleetId: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]{10}$/, 'must be ten lower-case letters and digits'),
);

/** Schema of `spec.repositories`. */
export const repositories: v.GenericSchema<readonly string[]> = v.array(
  v.pipe(v.string(), v.nonEmpty('must be the address of a repository')),
);
