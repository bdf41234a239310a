import type * as v from 'valibot';
import { Endpoint } from './endpoint.ts';
import type { Entry, Kubeconfig } from './file.ts';
import { certificateOf, impersonationOf, loginOf, pluginOf, routeOf, serverOf } from './options.ts';
import { checkCluster, checkUser } from './rules.ts';
import { clusterSchema, contextSchema, parseFields, userSchema } from './schema.ts';
import { hideCluster, hideUser } from './secrets.ts';

/**
 * Returns the endpoint of a context, which means what it means to kubectl.
 *
 * @throws Error that names the file, the entry and the field at fault
 */
export function endpointOf(config: Kubeconfig, name: string): Endpoint {
  const context = config.contexts.get(name);
  if (context === undefined) throw new Error(`the kubeconfig no longer has a context ${name}`);
  const names = fieldsOf(contextSchema, context);
  const clusterEntry = config.clusters.get(names.cluster);
  if (clusterEntry === undefined) throw lacks(context, 'cluster', names.cluster);
  const cluster = fieldsOf(clusterSchema, clusterEntry);
  hideCluster(cluster);
  const server = serverOf(cluster);
  checkCluster(cluster, server, clusterEntry.where);
  const access = {
    server,
    route: routeOf(cluster, clusterEntry.folder),
    isUncompressed: cluster['disable-compression'],
  };
  if (names.user === '') return new Endpoint({ ...access, holder: `context ${name}` });
  const userEntry = config.users.get(names.user);
  if (userEntry === undefined) throw lacks(context, 'user', names.user);
  const user = fieldsOf(userSchema, userEntry);
  hideUser(user);
  checkUser(user, userEntry.where);
  const { folder } = userEntry;
  const impersonation = impersonationOf(user);
  return new Endpoint({
    ...access,
    holder: `user ${names.user}`,
    route: {
      ...access.route,
      ...certificateOf(user, folder),
      hasRepeatedHeaders: Object.values(impersonation).some(
        (values) => values.length > 1 && Array.isArray(values),
      ),
    },
    login: loginOf(user, folder),
    plugin: pluginOf(user, folder, { cluster, folder: clusterEntry.folder }),
    impersonation,
  });
}

function fieldsOf<T extends v.GenericSchema>(schema: T, entry: Entry): v.InferOutput<T> {
  const [unknown] = entry.unknown;
  if (unknown !== undefined) throw new Error(`${entry.where}: field "${unknown}" is not supported`);
  return parseFields(schema, entry.fields, entry.where);
}

function lacks(context: Entry, kind: string, name: string): Error {
  const fault = name === '' ? `field "${kind}" is missing` : `there is no ${kind} "${name}"`;
  return new Error(`${context.where}: ${fault}`);
}
