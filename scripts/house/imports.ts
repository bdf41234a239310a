import { dirname, join, normalize } from 'node:path';
import { nodesOf, roomOf, rooms, type Source } from './sources.ts';

/** One import of a file of ours by another, type imports included. */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
}

/** Returns every import between files of the project: static, dynamic and of types. */
export function importEdges(sources: readonly Source[]): ImportEdge[] {
  return sources.flatMap(({ path, program }) =>
    [...nodesOf(program)].flatMap((node) => {
      const to = resolveImport(path, node);
      return to === undefined ? [] : [{ from: path, to }];
    }),
  );
}

function resolveImport(path: string, node: object): string | undefined {
  if (!('source' in node)) return undefined;
  const specifier = (node.source as { value?: unknown } | null)?.value;
  if (typeof specifier !== 'string') return undefined;
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : undefined;
}

/** Returns the cycles of a graph: each strongly connected component with more than one node, sorted. */
export function findCycles(edges: readonly ImportEdge[]): string[][] {
  const targets = Map.groupBy(edges, ({ from }) => from);
  const search = new CycleSearch((node) => (targets.get(node) ?? []).map(({ to }) => to));
  for (const node of targets.keys()) search.visit(node);
  return search.cycles;
}

/** Tarjan's algorithm for strongly connected components. */
class CycleSearch {
  readonly cycles: string[][] = [];
  readonly #targetsOf: (node: string) => readonly string[];
  readonly #index = new Map<string, number>();
  readonly #low = new Map<string, number>();
  readonly #stack: string[] = [];

  constructor(targetsOf: (node: string) => readonly string[]) {
    this.#targetsOf = targetsOf;
  }

  visit(node: string): number {
    const known = this.#index.get(node);
    if (known !== undefined) return this.#stack.includes(node) ? known : Number.POSITIVE_INFINITY;
    const index = this.#index.size;
    this.#index.set(node, index);
    this.#low.set(node, index);
    this.#stack.push(node);
    for (const target of this.#targetsOf(node)) this.#lower(node, this.visit(target));
    const low = this.#low.get(node) ?? index;
    if (low === index) this.#pop(node);
    return low;
  }

  #lower(node: string, low: number): void {
    this.#low.set(node, Math.min(low, this.#low.get(node) ?? low));
  }

  #pop(node: string): void {
    const component = this.#stack.splice(this.#stack.indexOf(node));
    if (component.length > 1) this.cycles.push(component.toSorted());
  }
}

/** Returns the imports between the folders of one room; files directly in the room belong to no folder. */
export function folderEdges(edges: readonly ImportEdge[]): ImportEdge[] {
  const found = new Map<string, ImportEdge>();
  for (const edge of edges) {
    const from = folderOf(edge.from);
    const to = folderOf(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    if (roomOf(from) === roomOf(to)) found.set(`${from} ${to}`, { from, to });
  }
  return [...found.values()];
}

/** Returns the folder of a product file within its room, such as `compiler/place`. */
function folderOf(path: string): string | undefined {
  const room = rooms.find((name) => path.startsWith(`${name}/`));
  if (room === undefined) return undefined;
  const [folder = '', ...rest] = path.slice(room.length + 1).split('/');
  return rest.length === 0 || folder === 'test' ? undefined : `${room}/${folder}`;
}
