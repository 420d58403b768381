import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** Contrast of the design's colours in both themes (WCAG 2.2: 1.4.3 text 4.5, 1.4.11 controls 3). */
const css = readFileSync(new URL("../../static/src/css/tokens.css", import.meta.url), "utf8");
const tokens = { light: {}, dark: {} };
for (const [, name, light, dark] of css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)) {
  tokens.light[name] = light;
  tokens.dark[name] = dark;
}
for (const [, name, colour] of css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)) {
  tokens.light[name] = tokens.dark[name] = colour;
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ["page", "surface", "surface-raised", "surface-sunken", "surface-hover"];
const pairs = [
  ...surfaces.flatMap((surface) => [["text", surface, 4.5], ["text-soft", surface, 4.5]]),
  ...["page", "surface", "surface-raised"].flatMap((surface) => [
    ["accent", surface, 4.5],
    ["bad", surface, 4.5],
    ["line-control", surface, 3],
  ]),
  ...["ok", "warn", "bad", "accent"].map((tone) => [tone, `${tone}-soft`, 4.5]),
  ["text", "ok-soft", 4.5],
  ["text", "warn-soft", 4.5],
  ["text", "bad-soft", 4.5],
  ["on-accent", "accent-fill", 4.5],
  ["on-accent", "accent-fill-hover", 4.5],
  ["on-accent", "bad-fill", 4.5],
  ["canvas-text", "canvas", 4.5],
  ...["mark-open", "mark-ok", "mark-own", "mark-off"].map((mark) => ["on-accent", mark, 4.5]),
];

for (const theme of ["light", "dark"]) {
  for (const [front, back, least] of pairs) {
    test(`${theme}: ${front} on ${back}`, () => {
      const found = contrast(tokens[theme][front], tokens[theme][back]);
      assert.ok(found >= least, `${found.toFixed(2)} < ${least}`);
    });
  }
}

test("greys are pure, so that they tint no photograph", () => {
  for (const theme of ["light", "dark"]) {
    for (const name of [...surfaces, "canvas", "artboard"]) {
      const [r, g, b] = tokens[theme][name].slice(1).match(/../g);
      assert.ok(r === g && g === b, `${theme} ${name}`);
    }
  }
});
