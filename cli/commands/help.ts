import { Command } from 'commander';
import { printDocument } from '../print/output.ts';

export const command: Command = new Command('help')
  .summary('explain a diagnostic code, or show the options of a command')
  .argument('[topic]', 'diagnostic code, such as place/unknown-cluster, or a command')
  .action(async (topic: string | undefined, _options: unknown, running: Command) => {
    const program = running.parent ?? running;
    if (topic === undefined) return program.outputHelp();
    const named = program.commands.find((other) => other.name() === topic);
    if (named !== undefined) return named.outputHelp();
    const [{ diagnosticHelp }, { nearestWord }] = await Promise.all([
      import('#io/diagnostic-help.ts'),
      import('#model/nearest.ts'),
    ]);
    const texts = diagnosticHelp();
    const text = texts.get(topic);
    if (text !== undefined) return printDocument(`${topic}\n\n${text}\n`);
    const nearest = nearestWord(topic, texts.keys());
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    running.error(`error: no diagnostic or command is named ${topic}${hint}`);
  });
