const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/**
 * The bytes of a Bech32 text with a given prefix, in upper or lower case; undefined when it is none.
 *
 * Source: BIP 173, without its limit of 90 characters.
 */
export function bytesOfBech32(text: string, prefix: string): Buffer | undefined {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return undefined;
  if (!lower.startsWith(`${prefix}1`)) return undefined;
  const words = [...lower.slice(prefix.length + 1)].map((letter) => alphabet.indexOf(letter));
  if (words.length < 6 || words.includes(-1) || checksumOf(prefix, words) !== 1) return undefined;
  return bytesOfWords(words.slice(0, -6));
}

function checksumOf(prefix: string, words: readonly number[]): number {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0));
  const values = [
    ...codes.map((code) => code >> 5),
    0,
    ...codes.map((code) => code & 31),
    ...words,
  ];
  return values.reduce((sum, value) => {
    const top = sum >>> 25;
    const next = ((sum & 0x1ffffff) << 5) ^ value;
    return generators.reduce(
      (mixed, generator, bit) => ((top >>> bit) & 1 ? mixed ^ generator : mixed),
      next,
    );
  }, 1);
}

/** Words of 5 bits as bytes; what is left over at the end is padding of zeros. */
function bytesOfWords(words: readonly number[]): Buffer | undefined {
  const bits = words.map((word) => word.toString(2).padStart(5, '0')).join('');
  const whole = bits.length - (bits.length % 8);
  if (/1/.test(bits.slice(whole)) || bits.length - whole > 4) return undefined;
  return Buffer.from((bits.slice(0, whole).match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
