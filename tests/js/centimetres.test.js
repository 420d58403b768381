import assert from "node:assert/strict";
import { test } from "node:test";
import { readCentimetres, writeCentimetres, writeUncertainty } from "../../static/src/js/review/measure/centimetres.js";

const lengths = {
  "68.2": 68.2, " 68 ": 68, "68,5": 68.5, "６８．２": 68.2, "６８．２ｃｍ": 68.2, "68.2 cm": 68.2, "68㎝": 68, "68センチ": 68, ".5": 0.5, "68.": 68, "68.25": 68.3,
};
for (const [text, value] of Object.entries(lengths)) {
  test(`"${text}" is ${value} cm`, () => assert.equal(readCentimetres(text), value));
}

for (const text of ["", "abc", "-4", "0", "501", "1e3", "68.123", "6 8", "68in", "1,234.5"]) {
  test(`"${text}" is no length of a garment`, () => assert.equal(readCentimetres(text), null));
}

test("lengths are written to the millimetre", () => {
  assert.equal(writeCentimetres(68), "68.0");
  assert.equal(writeCentimetres(68.25), "68.3");
});

test("an uncertainty is never written smaller than it is", () => {
  assert.equal(writeUncertainty(0.81), "± 0.9");
  assert.equal(writeUncertainty(0.8), "± 0.8");
  assert.equal(writeUncertainty(0), "± 0.1");
});
