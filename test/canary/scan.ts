/** Values of secrets that no output may contain, and the search for all of their encodings. */

/** The canaries by the kind of secret. They share no part of 8 characters, end and begin with no ordinary word, and need no escapes in a header. */
export const canaries = {
  plainSecret: 'Kestrel.x7Qz-plain/one',
  annotation: 'Bittern.k2Wd-lastapplied',
  sealedSecret: 'Osprey "m9Rt" <sealed>&two',
  sealedOther: 'Plover.h4Lp-sealedmap',
  valuesPassword: 'Dunlin.f8Js-values',
  valuesWord: 'Godwit.v3Bn-innocent',
  kubeconfigToken: 'Whimbrel-t6Yc-Nx7wPd',
  kubeconfigPassword: 'Avocet-basicauth-b4Nq',
  clientKey: 'Curlew-clientkey-n9Fs',
  pluginToken: 'Garganey-plugin-z3Xt',
  pluginVariable: 'Shoveler-variable-e5Ry',
  proxyPassword: 'Goosander-proxy-m2Uk',
  gitToken: 'Sanderling-p5Gx-git',
  forgeToken: 'Turnstone-r1Vm-forge',
  webhookSecret: 'Redshank-c0Hk-webhook',
  notifySecret: 'Lapwing-w8Ze-notify',
  notifyAddress: 'Fieldfare-address-q7Dv',
  collectorHeader: 'Whinchat-collector-s4Jb',
} as const;

export type Canary = keyof typeof canaries;

/** Length of the shortest cut value that no output may contain, in characters. */
const cutLength = 8;

/** Returns every form in which an output may contain a value. */
function formsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const bytes = Buffer.from(value);
  const within = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(offset === 0 ? 0 : offset + 1).replace(/.?=+$/, '');
  });
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return [
    ...new Set([
      ...[value, json, JSON.stringify(json).slice(1, -1), html],
      json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
      ...within,
      ...[bytes.toString('base64url'), bytes.toString('hex'), encodeURIComponent(value)],
      // A cut value.
      ...[value.slice(0, cutLength), value.slice(-cutLength)],
      bytes.toString('base64').slice(0, cutLength),
    ]),
  ];
}

const forms = Object.entries(canaries).flatMap(([kind, value]) =>
  formsOf(value).map((form) => ({ kind: kind as Canary, form })),
);

/** Returns the canaries that a text contains, with the text around each. */
export function found(text: string, except: readonly Canary[] = []): readonly string[] {
  return forms
    .filter(({ kind, form }) => !except.includes(kind) && text.includes(form))
    .map(({ kind, form }) => {
      const at = text.indexOf(form);
      return `${kind}: ${text.slice(Math.max(0, at - 80), at + form.length + 20)}`;
    });
}
