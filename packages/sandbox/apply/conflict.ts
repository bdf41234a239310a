/** The 409 response of server-side apply, with the messages of a real API server. */
import { ApiError, type Cause } from '../status.ts';
import { type FieldSet, pathsOf } from './field-set.ts';
import type { Manager } from './managers.ts';
import { printPath } from './path.ts';

/** Fields that an applier tries to change and that another manager owns. */
export interface Contest {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** Returns an error with one cause per field; each cause names the owner. */
export function conflictError(contests: readonly Contest[]): ApiError {
  const causes = contests.flatMap(({ manager, fields }) =>
    pathsOf(fields).map((path): Cause => {
      const message = `conflict with ${printManager(manager)}`;
      return { reason: 'FieldManagerConflict', message, field: printPath(path) };
    }),
  );
  return new ApiError(409, 'Conflict', messageOf(causes), { causes });
}

function messageOf(causes: readonly Cause[]): string {
  const [only] = causes;
  if (causes.length === 1 && only !== undefined) {
    return `Apply failed with 1 conflict: ${only.message}: ${only.field}`;
  }
  const owners = [...new Set(causes.map(({ message }) => message))].sort();
  const sections = owners.map((owner) => {
    const fields = causes.filter(({ message }) => message === owner);
    const lines = fields.map(({ field }) => `- ${field}`).join('\n');
    return `${owner.replace(/^conflict with/, 'conflicts with')}:\n${lines}`;
  });
  return `Apply failed with ${causes.length} conflicts: ${sections.join('\n')}`;
}

function printManager({ name, operation, apiVersion, subresource }: Manager): string {
  const named = JSON.stringify(name);
  const full = subresource === '' ? named : `${named} with subresource "${subresource}"`;
  return operation === 'Update' ? `${full} using ${apiVersion}` : full;
}
