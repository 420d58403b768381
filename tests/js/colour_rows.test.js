import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf, MOST, moved, readHex, withHex, withName, withNew, without } from "../../static/src/js/review/colour_rows.js";

const navy = { hex: "#1f2a44", share: 0.7, name_en: "navy", name_ja: "ネイビー" };
const white = { hex: "#ffffff", share: 0.3, name_en: "white", name_ja: "白" };

const hexes = [
  ["#1F2A44", "#1f2a44"],
  ["1f2a44", "#1f2a44"],
  [" #abc ", "#aabbcc"],
  ["＃１ｆ２ａ４４", "#1f2a44"],
  ["#12345", null],
  ["navy", null],
  ["", null],
];
for (const [text, expected] of hexes) {
  test(`"${text}" is ${expected}`, () => assert.equal(readHex(text), expected));
}

test("another tone loses the old names, the same tone keeps them", () => {
  assert.deepEqual(withHex([navy, white], 0, "#000000")[0], { hex: "#000000", share: 0.7, name_en: "", name_ja: "" });
  assert.deepEqual(withHex([navy, white], 0, navy.hex), [navy, white]);
});

test("naming in one language leaves the other", () => {
  assert.deepEqual(withName([navy], 0, "ja", "紺"), [{ ...navy, name_ja: "紺" }]);
});

test("moving stops at both ends and never changes the list it was given", () => {
  const rows = Object.freeze([navy, white]);
  assert.deepEqual(moved(rows, 1, -1), [white, navy]);
  assert.equal(moved(rows, 0, -1), rows);
  assert.equal(moved(rows, 1, 1), rows);
});

test("what cannot be saved", () => {
  assert.equal(faultOf([]), "none");
  assert.equal(faultOf([navy, { ...white, hex: navy.hex }]), "twice");
  assert.equal(faultOf(without([navy, white], 0)), null);
});

test("a list does not grow without end", () => {
  let rows = [];
  for (let count = 0; count < MOST + 3; count += 1) rows = withNew(rows);
  assert.equal(rows.length, MOST);
  assert.equal(faultOf(rows), null);
});
