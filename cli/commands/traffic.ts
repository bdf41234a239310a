import { Command, Option } from 'commander';
import type { Profile } from '#model/policy.ts';
import type { CallerSelector } from '#traffic/ask/proxies.ts';
import { outputOption, profileOption } from '../options/shared.ts';
import { printData, printDocument, printLines } from '../print/output.ts';
import { withProgress } from '../print/progress.ts';
import { exitWith } from '../run/exit.ts';
import type { TrafficAnswer } from '../traffic/located.ts';
import { parseCaller, parseHeader, parseTarget, type Target } from '../traffic/question.ts';

interface TrafficOptions {
  readonly method: string;
  readonly header?: ReadonlyMap<string, string>;
  readonly from?: CallerSelector;
  readonly profile: Profile;
  readonly output: 'text' | 'json' | 'mermaid' | 'dot';
}

export const command: Command = new Command('traffic')
  .summary('show where the requests to a host go through the service mesh')
  .argument(
    '[host]',
    'HOST[:PORT][/PATH] (default: everything that gateways and workloads reach)',
    parseTarget,
  )
  .option('--method <method>', 'method of the request', 'GET')
  .addOption(
    new Option('--header <name=value>', 'header of the request (repeatable)').argParser(
      parseHeader,
    ),
  )
  .addOption(
    new Option(
      '--from <caller>',
      'CLUSTER/NAMESPACE[/WORKLOAD] that sends the request (default: every gateway, and a workload of each namespace)',
    ).argParser(parseCaller),
  )
  .addOption(profileOption())
  .addOption(outputOption('output format', ['text', 'json', 'mermaid', 'dot']))
  .action(async (target: Target | undefined, options: TrafficOptions) => {
    const [{ fleetRoot }, { printDiagnostics }, { answerTraffic }] = await Promise.all([
      import('#io/files/fleet-root.ts'),
      import('../print/compile.ts'),
      import('../traffic/answer.ts'),
    ]);
    const { method, header: headers = new Map(), from, profile } = options;
    const directory = fleetRoot('.');
    const query = target && { ...target, method, headers };
    const { answer, faults } = await withProgress('following the traffic', () =>
      answerTraffic(directory, profile, { query, from }),
    );
    const isFaulty = printDiagnostics(directory, faults, 'faulty objects carry no traffic');
    const isLost = await print(answer, { ...options, isOverview: target === undefined });
    exitWith({ faults: isFaulty || isLost });
  });

/** Prints an answer, and returns whether some requests get no answer. */
async function print(
  answer: TrafficAnswer,
  { output, isOverview }: Pick<TrafficOptions, 'output'> & { readonly isOverview: boolean },
): Promise<boolean> {
  const [{ formatOverview, formatWays }, { printDot, printMermaid }, { servedShare }] =
    await Promise.all([
      import('../traffic/text.ts'),
      import('../traffic/graph.ts'),
      import('#traffic/way/way.ts'),
    ]);
  const rows = answer.meshes.flatMap((mesh) => mesh.rows);
  if (output === 'json') printData(dataOf(answer), 'json');
  else if (output === 'mermaid') printDocument(printMermaid(answer));
  else if (output === 'dot') printDocument(printDot(answer));
  else printLines(isOverview ? formatOverview(answer) : formatWays(answer));
  return rows.length === 0 || rows.some(({ way }) => servedShare(way) < 1 - 1e-9);
}

/** Returns the answer for programs, with the rules as a map. */
function dataOf({ meshes, rules }: TrafficAnswer): object {
  return { meshes, rules: Object.fromEntries(rules) };
}
