import assert from "node:assert/strict";
import { test } from "node:test";
import { placed } from "../../static/src/js/review/label_places.js";

const pane = { width: 300, height: 200 };
const wish = (key, x, y, weight = 1, more = {}) => ({ key, x, y, width: 60, height: 18, weight, ...more });

test("labels with room of their own all stay", () => {
  assert.deepEqual([...placed([wish("a", 0, 0), wish("b", 100, 0), wish("c", 0, 50)], pane).keys()].sort(), ["a", "b", "c"]);
});

test("of two that overlap the weightier stays", () => {
  assert.deepEqual([...placed([wish("light", 10, 10, 1), wish("heavy", 20, 12, 5)], pane).keys()], ["heavy"]);
});

test("the chosen one is always shown", () => {
  const kept = placed([wish("big", 10, 10, 9), wish("chosen", 15, 12, 1, { always: true })], pane);
  assert.deepEqual([...kept.keys()].sort(), ["big", "chosen"]);
});

test("a label at the edge is pushed into the pane", () => {
  const { x, y } = placed([wish("edge", 270, -12)], pane).get("edge");
  assert.deepEqual([x, y], [240, 0]);
});

test("what lies far outside the pane has no label in it", () => {
  assert.equal(placed([wish("away", 900, 50), wish("above", 0, -300)], pane).size, 0);
});
