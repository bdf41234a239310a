/** The optional settings file at the top of a fleet repository. */
export const fleetFile = 'regatta.yaml';

/** Reports whether a file at the top of a repository has a name that people mistake for regatta.yaml. */
export function isMisnamedFleetFile(path: string): boolean {
  return /^\.?regatta\.(ya?ml|json)$/i.test(path) && path !== fleetFile;
}
