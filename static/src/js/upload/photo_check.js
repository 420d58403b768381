/** What the browser can tell about a chosen file before it is sent; the server judges by content. */
export const MAX_BYTES = 20 * 1024 * 1024;

const TYPES = new Set(["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"]);
const ENDINGS = /\.(jpe?g|png|webp|heic|heif)$/i;

/** null when the file may be sent, otherwise "empty", "type" or "size". */
export function photoFault(file) {
  if (file.size === 0) return "empty";
  // Windows names no type for HEIC, so the ending decides where the type is missing.
  const known = file.type ? TYPES.has(file.type.toLowerCase()) : ENDINGS.test(file.name);
  if (!known) return "type";
  return file.size > MAX_BYTES ? "size" : null;
}

/** 1572864 → "1.5 MB", 2048 → "2 KB"; digits as the language writes them. */
export function fileSize(bytes, language) {
  const inMegabytes = bytes >= 1024 * 1024;
  const digits = inMegabytes ? 1 : 0;
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: digits });
  return inMegabytes ? `${format.format(bytes / 1024 / 1024)} MB` : `${format.format(Math.ceil(bytes / 1024))} KB`;
}
