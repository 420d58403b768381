/** A list of colours as a person edits it: [{hex, share, name_en, name_ja}], most important first. Pure. */

export const MOST = 12;

/** "#abc", "ABCDEF", " #AABBCC " → "#aabbcc"; null when it is no colour. */
export function readHex(text) {
  const digits = text.normalize("NFKC").trim().replace(/^#/, "").toLowerCase();
  if (/^[0-9a-f]{6}$/.test(digits)) return `#${digits}`;
  if (/^[0-9a-f]{3}$/.test(digits)) return `#${[...digits].map((digit) => digit + digit).join("")}`;
  return null;
}

/** Another tone has another name: the old names go, and the server names it unless a person does. */
export function withHex(rows, index, hex) {
  return rows.map((row, at) => (at === index && row.hex !== hex ? { ...row, hex, name_en: "", name_ja: "" } : row));
}

export function withName(rows, index, language, name) {
  return rows.map((row, at) => (at === index ? { ...row, [`name_${language}`]: name } : row));
}

export function moved(rows, index, by) {
  const to = index + by;
  if (to < 0 || to >= rows.length) return rows;
  const copy = [...rows];
  copy.splice(to, 0, ...copy.splice(index, 1));
  return copy;
}

export function without(rows, index) {
  return rows.filter((_row, at) => at !== index);
}

/** A new colour, a grey that is not there yet; it covers nothing that was measured, so its share is 0. */
export function withNew(rows) {
  if (rows.length >= MOST) return rows;
  let level = 0x80;
  const grey = () => `#${level.toString(16).repeat(3)}`;
  while (rows.some(({ hex }) => hex === grey())) level += 1;
  return [...rows, { hex: grey(), share: 0, name_en: "", name_ja: "" }];
}

/** Why the list cannot be saved: "none", "twice" or null. */
export function faultOf(rows) {
  if (!rows.length) return "none";
  return new Set(rows.map(({ hex }) => hex)).size < rows.length ? "twice" : null;
}
