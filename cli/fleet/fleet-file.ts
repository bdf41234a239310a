import { randomInt } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * The schema of regatta.yaml in the package, as editors find it from the top of a repository that has installed
 * Regatta.
 */
const fleetSchema = './node_modules/regatta/docs/schemas/fleet.json';

/** Returns the regatta.yaml of a new fleet, with a new id. */
export function newFleetFile(): string {
  const id = Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('');
  return `# yaml-language-server: $schema=${fleetSchema}
apiVersion: regatta.dev/v1alpha1
kind: Fleet
metadata:
  name: fleet
spec:
  # Identifies the fleet in its clusters. Keep it, also when the repository moves.
  id: ${id}
`;
}
