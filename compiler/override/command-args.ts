import type { CommandArgsOverrider } from '#model/override.ts';
import { containersOf } from './containers.ts';
import type { Plan } from './overrider.ts';

/** Changes the commands of the containers with a name. */
export const planCommand: Plan<CommandArgsOverrider> = planList('command');

/** Changes the arguments of the containers with a name. */
export const planArgs: Plan<CommandArgsOverrider> = planList('args');

/**
 * Returns the plan for a list of texts. The operator add appends items, and remove drops them. Both create a
 * missing list.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/commandargsoverride.go.
 */
function planList(field: 'command' | 'args'): Plan<CommandArgsOverrider> {
  return (object, { containerName, operator, value = [] }) => {
    const containers = containersOf(object);
    if ('message' in containers) return containers;
    return containers
      .filter(({ container }) => container.name === containerName)
      .map(({ pointer, container }) => {
        const items = textsOf(container[field]);
        const changed =
          operator === 'add' ? [...items, ...value] : items.filter((item) => !value.includes(item));
        return { operator: 'add', path: `${pointer}/${field}`, value: changed };
      });
  };
}

function textsOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}
