/**
 * Whom to follow where Regatta decides otherwise than Karmada: its own short list of differences,
 * which docs/karmada-compatibility.md gives with their reasons, or Karmada to the letter.
 */
export type Profile = 'regatta' | 'karmada';
