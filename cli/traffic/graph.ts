import { type TrafficRow, targetOf } from '#traffic/ask/report.ts';
import { type EndpointGroup, percent } from '#traffic/way/way.ts';
import type { TrafficAnswer } from './located.ts';
import { nameOf, shortOf } from './text.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** Whether it carries copies, or requests that nothing answers. */
  readonly isDashed: boolean;
}

/** Formats traffic as a Mermaid flowchart, which forges draw in Markdown. */
export function printMermaid(answer: TrafficAnswer): string {
  const { nodes, edges } = graphOf(answer);
  const ids = new Map([...nodes].map((node, index) => [node, `n${index}`]));
  const lines = [
    'flowchart LR',
    ...[...ids].map(([node, id]) => `  ${id}["${escapeMermaid(node)}"]`),
    ...edges.map(({ from, to, label, isDashed }) => {
      const arrow = isDashed ? '-.->' : '-->';
      const text = label === '' ? '' : `|"${escapeMermaid(label)}"|`;
      return `  ${ids.get(from)} ${arrow}${text} ${ids.get(to)}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** Formats traffic as a graph in Graphviz' language. */
export function printDot(answer: TrafficAnswer): string {
  const { edges } = graphOf(answer);
  const lines = edges.map(({ from, to, label, isDashed }) => {
    const attributes = [
      ...(label === '' ? [] : [`label=${quoted(label)}`]),
      ...(isDashed ? ['style=dashed'] : []),
    ];
    const list = attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`;
    return `  ${quoted(from)} -> ${quoted(to)}${list};`;
  });
  return ['digraph traffic {', '  rankdir=LR;', ...lines, '}', ''].join('\n');
}

function graphOf({ meshes }: TrafficAnswer): {
  readonly nodes: ReadonlySet<string>;
  readonly edges: readonly Edge[];
} {
  const all = meshes.flatMap(({ rows }) => rows).flatMap(edgesOf);
  const edges = [...new Map(all.map((edge) => [JSON.stringify(edge), edge])).values()];
  return { nodes: new Set(edges.flatMap(({ from, to }) => [from, to])), edges };
}

function edgesOf(row: TrafficRow): readonly Edge[] {
  const { from, way } = row;
  const target = targetOf(row);
  const solid = { isDashed: false };
  const starts = from.map((name) => ({ from: name, to: target, label: '', ...solid }));
  if (way.outcome !== 'forwarded') {
    return [...starts, { from: target, to: shortOf(way), label: '', isDashed: true }];
  }
  return [
    ...starts,
    ...way.destinations.flatMap((one) => {
      const service = nameOf(one);
      const reached = one.endpoints.map((group) => ({
        from: service,
        to: endpointOf(group),
        label: percent(group.share),
        ...solid,
      }));
      const nothing = {
        from: service,
        to: 'no endpoint',
        label: percent(one.share),
        isDashed: true,
      };
      return [
        { from: target, to: service, label: percent(one.share), ...solid },
        ...(reached.length === 0 ? [nothing] : reached),
      ];
    }),
    ...way.mirrors.map(({ destination, share }) => ({
      from: target,
      to: nameOf(destination),
      isDashed: true,
      label: `mirror ${percent(share)}`,
    })),
  ];
}

/** Names the workload, because versions of different Services may have one name. */
function endpointOf({ version, workload, cluster }: EndpointGroup): string {
  if (cluster === undefined || workload === undefined) return version;
  return `${workload.slice(workload.indexOf('/') + 1)} on ${cluster}`;
}

/** Leaves Mermaid no way to end the text or to start a tag. */
function escapeMermaid(text: string): string {
  return text.replace(/["<>&#;]/g, (character) => `#${character.codePointAt(0)};`);
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
