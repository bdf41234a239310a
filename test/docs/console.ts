/** One command of a guide, and its output in the guide. */
export interface ConsoleCommand {
  readonly command: string;
  readonly output: readonly string[];
  /** The diagram in the block after the command: its whole output. */
  readonly diagram?: string;
}

/**
 * Returns the commands in the ```console blocks of a Markdown text: lines that start with `$ `, which
 * a backslash continues, each with the output below it. A ```mermaid block that follows is the output of the last command.
 */
export function consoleCommands(markdown: string): readonly ConsoleCommand[] {
  const commands: { command: string; output: string[]; diagram?: string }[] = [];
  for (const [, margin = '', indented = '', diagram] of markdown.matchAll(
    /^( *)```console\n(.*?)^\1```$(?:\n+```mermaid\n(.*?)^```$)?/gms,
  )) {
    const block = indented.replaceAll(new RegExp(`^${margin}`, 'gm'), '');
    const lines = block.replaceAll('\\\n', '\\\u0000').split('\n');
    for (const line of lines) {
      const text = line.replaceAll('\\\u0000', '\\\n');
      if (text.startsWith('$ ')) commands.push({ command: text.slice(2), output: [] });
      else if (text.trim() !== '') commands.at(-1)?.output.push(text);
    }
    const last = commands.at(-1);
    if (last !== undefined && diagram !== undefined) last.diagram = diagram;
  }
  return commands;
}

/** Returns the commands in blocks of other languages, which no test runs. */
export function untestedCommands(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^( *)```(\S*)\n(.*?)^\1```$/gms)]
    .filter(([, , language]) => language !== 'console')
    .flatMap(([, , , block = '']) => block.split('\n'))
    .filter((line) => /^ *(\$ )?(regatta|npm|npx) /.test(line));
}

/** Replaces text that differs between runs: times, commits, ports, temporary folders, padding. */
export function withoutChance(line: string): string {
  return line
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\b\d+(\.\d+)? ?(ms|s|m|h)\b/g, 'TIME')
    .replace(/\b[0-9a-f]{7,40}\b/g, 'COMMIT')
    .replace(/127\.0\.0\.1:\d+/g, 'SERVER')
    .replace(/\/(tmp|var|private)\/[^\s:]*/g, 'FOLDER')
    .replace(/\s+/g, ' ')
    .trim();
}
