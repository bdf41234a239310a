/** Words that make the name of a field look secret wherever they stand in it. */
const anywhere =
  /passw(or)?d|passphrase|secret|token|credential|apikey|accesskey|privatekey|encryptionkey|signingkey|masterkey|sessionkey|authkey|sharedkey|hmackey|licensekey|accountkey|authorization|htpasswd|kubeconfig|connectionstring|dockerconfig|dockercfg/;

/** Words that make it look secret when they stand alone. */
const alone: ReadonlySet<string> = new Set(
  'pass pwd pw auth basicauth cred creds dsn jwt bearer cookie salt pem otp pin'.split(' '),
);

/** Last words of names that only refer to a secret, such as `secretName`, `tokenPath` and `passwordPolicy`. */
const referring: ReadonlySet<string> = new Set(
  'name names ref refs path paths file files type kind namespace class provider policy length size count enabled mode ttl expiry seconds version algorithm format'.split(
    ' ',
  ),
);

/** Names of fields that list references to Secrets. */
const references: ReadonlySet<string> = new Set([
  'imagePullSecrets',
  'automountServiceAccountToken',
]);

/**
 * Reports whether the name of a field, of a variable or of an option looks as if its value were secret. docs/review.md
 * has the list.
 */
export function looksSecret(name: string): boolean {
  if (references.has(name)) return false;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
  // A Secret's key selector is `secretKeyRef`, and `secretRef` names a Secret.
  if (words.length > 1 && referring.has(words.at(-1) ?? '')) return false;
  return anywhere.test(words.join('')) || words.some((word) => alone.has(word));
}
