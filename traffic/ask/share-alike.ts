import type { Envoy } from '../envoy/config.ts';
import type { Start } from './proxies.ts';
import { type TrafficRow, targetOf } from './report.ts';
import { nameOf } from './start-name.ts';

/**
 * Returns the rows of a caller and of those like it. They share its rows, except where the proxy leaves the choice of the
 * endpoints to the network of the caller's cluster.
 */
export function shareAlike<Row extends TrafficRow>(
  start: Start,
  { clusters }: Envoy,
  rowsOf: (start: Start) => readonly Row[],
): readonly Row[] {
  const { alike = [] } = start;
  const rows = rowsOf(start);
  if (alike.length === 0) return rows;
  const isLocal = ({ way }: Row) =>
    way.destinations.some(({ name }) => clusters.get(name)?.type === 'ORIGINAL_DST');
  const from = [start, ...alike].map(nameOf);
  const local = rows.filter(isLocal);
  const targets = new Set(local.map(targetOf));
  const others = local.length === 0 ? [] : alike.flatMap(rowsOf);
  return [
    ...rows.map((row) => (isLocal(row) ? row : { ...row, from })),
    ...others.filter((row) => targets.has(targetOf(row))),
  ];
}
