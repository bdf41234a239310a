import type { Diagnostic } from '#model/diagnostic.ts';
import { caseNames, faultOf, filesOf } from './cases.ts';
import type { AnalyzeMessage, IstioctlAnswer } from './istioctl.ts';

/** What lint leaves out, by case: it may exist in the cluster, or affects no request. */
const leftOut: Readonly<Record<string, string>> = {
  'deployment-labels': 'labels for telemetry',
  'gateway-credential': 'the cluster may have the Secret',
};

/** Codes of findings about the injection of sidecars into pods that run already. */
const aboutInjection: ReadonlySet<string> = new Set(['IST0102', 'IST0103']);

type Answers = Readonly<Record<string, IstioctlAnswer>>;
type Found = ReadonlyMap<string, readonly Diagnostic[]>;

/** Returns what istioctl finds and lint lacks, or finds only at a worse line. */
export function lacking(answers: Answers, found: Found): readonly string[] {
  return caseNames
    .filter((name) => !(name in leftOut))
    .flatMap((name) => {
      const own = found.get(name) ?? [];
      const { analyze = [], validate = [] } = answers[name] ?? {};
      const analyzed = analyze
        .filter((message) => !aboutInjection.has(message.code) && !isConsequence(message, analyze))
        .filter((message) => !own.some((one) => isSame(message, one, name)))
        .map(({ code, message, at }) => `${name}: ${code} ${message} (${at})`);
      const isError = ({ severity }: Diagnostic) => severity === 'error';
      // istioctl also refuses names of ports that Istio accepts.
      const isRefused =
        validate.length > 0 &&
        !validate.some((line) => / has warnings:$|may not provide|naming convention/.test(line));
      const lacksError = isRefused && !own.some(isError);
      const lacksAll = validate.length > 0 && own.length === 0;
      return [...analyzed, ...(lacksError || lacksAll ? [`${name}: ${validate.join(' ')}`] : [])];
    });
}

/** Reports whether a message says of a missing Gateway that it lacks the hosts. */
function isConsequence({ code, at }: AnalyzeMessage, all: readonly AnalyzeMessage[]): boolean {
  const isReference = (one: AnalyzeMessage) => /^IST01(01|65)$/.test(one.code) && one.at === at;
  return code === 'IST0132' && all.some(isReference);
}

/** Reports whether a finding of lint says the same as a message, at the same line or at a line inside of the object. */
function isSame(
  { code, at }: AnalyzeMessage,
  { message, severity, at: own }: Diagnostic,
  name: string,
) {
  // API servers know the schemas of Istio's kinds, and lint reports a fault once.
  const isCode =
    (code !== '' && message.includes(`${code}:`)) ||
    ((code === 'IST0106' || code === '') && severity === 'error');
  const [, file = '', line = ''] = /([\w.-]+):(\d+)$/.exec(at ?? '') ?? [];
  if (!isCode || line === '') return isCode;
  const text = filesOf(name).get(file) ?? '';
  return (
    own.file === `templates/${name}/${file}` &&
    own.line >= Number(line) &&
    documentAt(text, own.line) === documentAt(text, Number(line))
  );
}

function documentAt(text: string, line: number): number {
  const lines = text.split('\n').slice(0, line);
  return lines.filter((one) => one === '---').length;
}

/** Returns the rows of the table in docs/mesh.md. */
export function tableRows(answers: Answers, found: Found): readonly (readonly string[])[] {
  return caseNames.map((name) => {
    const { analyze = [], validate = [] } = answers[name] ?? {};
    const analyzed = analyze.map(({ code, at }) =>
      at === undefined ? code || 'cannot read it' : `${code} line ${at.replace(/^.*:/, '')}`,
    );
    const reason = leftOut[name];
    const own = (found.get(name) ?? []).map(
      ({ code, message, at }) =>
        `${/IST\d+/.exec(message)?.[0] ?? `\`${code}\``} line ${at.line}:${at.column}`,
    );
    return [
      faultOf(name).replace(/\.$/, ''),
      [...new Set(analyzed)].join(', ') || '–',
      validate.length === 0 ? '–' : 'without a line',
      own.join(', ') || (reason === undefined ? '–' : `left out: ${reason}`),
    ];
  });
}
