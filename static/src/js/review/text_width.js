/** Width in pixels of a text as the marks write it, so that its tag fits. */
const known = new Map();
let pen = null;

export function textWidth(text) {
  if (!known.has(text)) {
    pen ??= document.createElement("canvas").getContext("2d");
    pen.font = `600 11px ${getComputedStyle(document.body).fontFamily}`;
    known.set(text, pen.measureText(text).width);
  }
  return known.get(text);
}
