/** Hides the secrets that a build reads in the messages of its engine, because charts and Kustomize repeat values. */
import type { FileMap } from '#model/files.ts';
import { isFieldMap } from '#model/object.ts';
import { Redactor } from '#model/redaction.ts';
import { secretLines } from '#model/secret-lines.ts';
import { looksSecret } from '#model/secret-name.ts';
import type { TemplateBuild } from '#model/template-build.ts';

/** Returns a function that hides what looks secret in the values of a chart and in kustomizations. */
export function secretInputs(build: TemplateBuild, files: FileMap): (message: string) => string {
  const redactor = new Redactor();
  if (build.type === 'helm') rememberSecrets(build.values, redactor);
  for (const [file, text] of files) {
    if (typeof text !== 'string' || !isInput(file, build)) continue;
    const lines = text.split('\n');
    for (const number of secretLines(text)) redactor.remember(valueIn(lines[number - 1] ?? ''));
  }
  return (message) => redactor.redact(message);
}

function rememberSecrets(values: unknown, redactor: Redactor): void {
  if (Array.isArray(values)) for (const value of values) rememberSecrets(value, redactor);
  if (!isFieldMap(values)) return;
  for (const [key, value] of Object.entries(values)) {
    if (looksSecret(key)) redactor.rememberAll(value);
    else rememberSecrets(value, redactor);
  }
}

/** Reports whether a file has values of the chart, or is a kustomization that the build may read. */
function isInput(file: string, build: TemplateBuild): boolean {
  if (build.type === 'helm')
    return file.startsWith(`${build.chart}/`) && file.endsWith('/values.yaml');
  const isKustomization = /(?:^|\/)kustomization(?:\.ya?ml)?$/i.test(file);
  return (
    isKustomization &&
    build.folders.some((folder) => file.startsWith(`${folder}/`) || folder === '')
  );
}

/** Returns the value in a line: the text behind the first `:` or `=`, or the whole item of a list. */
function valueIn(line: string): string {
  const [, value = ''] =
    /^(?:- )?\s*["']?(?:[\w.-]+["']?\s*[:=]\s*["']?)?(.*)$/.exec(line.trim()) ?? [];
  return value.replace(/["']$/, '');
}
