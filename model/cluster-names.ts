import { byText } from './object.ts';

/** Maximum number of clusters that a message names. */
const most = 3;

/** Returns the names of clusters for a message, sorted: `eu-1, eu-2, eu-3 and 2 more`. */
export function listClusters(names: Iterable<string>): string {
  const all = [...names].sort(byText);
  const more = all.length > most ? ` and ${all.length - most} more` : '';
  return `${all.slice(0, most).join(', ')}${more}`;
}
