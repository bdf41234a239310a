import { randomInt } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Returns the regatta.yaml of a new fleet, with an id of its own. */
export function newFleetFile(): string {
  const id = Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('');
  return `apiVersion: regatta.dev/v1alpha1
kind: Fleet
metadata:
  name: fleet
spec:
  # Identifies the fleet in its clusters. Keep it, also when the repository moves.
  id: ${id}
`;
}
