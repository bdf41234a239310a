import { Command } from 'commander';
import { commands } from '#cli/commands.ts';
import { addDirectory } from '#cli/options/directory.ts';
import packageJson from '../../package.json' with { type: 'json' };

/** Returns the man page regatta(1) in roff, from the same commands and options as `--help`. */
export async function manPage(): Promise<string> {
  const program = addDirectory(new Command('regatta').version(packageJson.version));
  for (const load of Object.values(commands)) {
    program.addCommand((await load()).command.copyInheritedSettings(program));
  }
  const { version, description } = packageJson;
  return [
    `.TH REGATTA 1 "" "regatta ${version}" "User Commands"`,
    '.SH NAME',
    `regatta \\- ${escaped(description)}`,
    '.SH SYNOPSIS',
    '.B regatta',
    '[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]',
    '.SH OPTIONS',
    ...optionLines(program),
    '.SH COMMANDS',
    ...program.commands.flatMap(commandLines),
    ...fixedParts,
    '',
  ].join('\n');
}

/** What the commands themselves do not say. docs/commands.md has the exit statuses of each command. */
const fixedParts: readonly string[] = [
  '.SH EXIT STATUS',
  ...term('0', 'The command did its work, and found no differences and no faults.'),
  ...term('1', 'The command found differences or faults.'),
  ...term('2', 'The command line is wrong, or the command could not find out.'),
  ...term('3', 'The command refuses until a person has acknowledged something, such as deletions.'),
  '.SH FILES',
  ...term('regatta.yaml', 'The settings of a fleet repository.'),
  ...term('regatta.lock', 'The digests of remote charts, bases and files, and of images.'),
  '.SH SEE ALSO',
  '.BR kubectl (1),',
  escaped(
    'regatta help CODE for each diagnostic, and the guides in the folder docs of the package.',
  ),
];

function commandLines(command: Command): readonly string[] {
  const help = command.createHelp();
  const usage = help.commandUsage(command);
  const summary = command.summary() || command.description();
  const detail = command.description();
  return [
    `.SS ${escaped(usage)}`,
    sentence(summary),
    ...(detail === '' || detail === summary ? [] : ['.PP', escaped(detail)]),
    ...help
      .visibleArguments(command)
      .flatMap((argument) => term(help.argumentTerm(argument), help.argumentDescription(argument))),
    ...optionLines(command),
  ];
}

function optionLines(command: Command): readonly string[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .flatMap((option) => term(help.optionTerm(option), help.optionDescription(option)));
}

function term(name: string, description: string): readonly string[] {
  return ['.TP', `.B ${escaped(name)}`, escaped(description)];
}

function sentence(text: string): string {
  return escaped(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** Escapes what roff reads as a command, and hyphens, which it may print as another character. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .split('\n')
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join('\n.br\n');
}
