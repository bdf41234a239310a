import { isFieldMap, valueAt } from '#model/object.ts';

/** Reports whether the containers of a Job have an argument or a variable with a name, as of a Secret that the Job makes. */
export function mentionsInContainers(
  job: Readonly<Record<string, unknown>>,
  name: string,
): boolean {
  const pod = valueAt(job, ['spec', 'template', 'spec']);
  const containers = isFieldMap(pod) && Array.isArray(pod['containers']) ? pod['containers'] : [];
  return containers.some((container) => {
    const { command, args, env } = Object(container);
    const values = Array.isArray(env) ? env.map((variable) => Object(variable).value) : [];
    return [command, args, values]
      .flat()
      .some((text) => typeof text === 'string' && text.includes(name));
  });
}
