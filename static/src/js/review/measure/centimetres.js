/** Centimetres as people type and read them. Pure. */

const LEAST = 0.1;
const MOST = 500;

/** "68,2", "６８．２ｃｍ", " 68.2 cm" → 68.2; null when it is no length a garment can have. */
export function readCentimetres(text) {
  const plain = text.normalize("NFKC").trim().toLowerCase().replace(/\s*(cm|センチ|㎝)$/, "").replace(",", ".");
  if (!/^\d{1,3}(\.\d{0,2})?$|^\.\d{1,2}$/.test(plain)) return null;
  const value = Math.round(Number(plain) * 10) / 10;
  return value >= LEAST && value <= MOST ? value : null;
}

/** 68.2 → "68.2", 68 → "68.0": a tape is read to the millimetre. */
export function writeCentimetres(value) {
  return value.toFixed(1);
}

/** "± 0.8"; never "± 0.0", which would claim what nobody can measure. */
export function writeUncertainty(value) {
  return `± ${Math.max(0.1, Math.ceil(value * 10 - 1e-9) / 10).toFixed(1)}`;
}
