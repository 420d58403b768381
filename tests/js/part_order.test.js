import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped, inOrder, neighbour, progress } from "../../static/src/js/review/parts/part_order.js";

const at = (id, kind, x, y, state = "open", size = 10) => ({ id, kind, state, box: [x, y, x + size, y + size] });
const ids = (parts) => parts.map(({ id }) => id);

test("kinds come in the order of the trade, parts as one reads", () => {
  const parts = [
    at("hem", "stitch", 0, 200),
    at("low", "button", 50, 90),
    at("right", "pocket", 80, 61),
    at("left", "pocket", 20, 63),
    at("high", "button", 50, 30),
  ];
  assert.deepEqual(ids(inOrder(parts)), ["high", "low", "left", "right", "hem"]);
});

test("buttons in two columns are read row by row", () => {
  const parts = [at("b2", "button", 90, 52), at("a1", "button", 10, 0), at("b1", "button", 90, 3), at("a2", "button", 10, 49)];
  assert.deepEqual(ids(inOrder(parts)), ["a1", "b1", "a2", "b2"]);
});

test("only parts of which there are several carry a number", () => {
  const [buttons, collar] = grouped([at("c", "collar", 0, 0), at("a", "button", 0, 0), at("b", "button", 0, 50)]);
  assert.deepEqual(buttons.parts.map(({ number }) => number), [1, 2]);
  assert.equal(collar.parts[0].number, null);
});

test("an unknown kind of a newer server comes last and is not lost", () => {
  assert.deepEqual(ids(inOrder([at("new", "sequin", 0, 0), at("old", "label", 0, 0)])), ["old", "new"]);
});

const row = [at("1", "button", 0, 0, "accepted"), at("2", "button", 0, 50), at("3", "button", 0, 100, "rejected"), at("4", "button", 0, 150)];

test("next and previous go around the ends", () => {
  assert.equal(neighbour(row, null, 1), "1");
  assert.equal(neighbour(row, null, -1), "4");
  assert.equal(neighbour(row, "4", 1), "1");
  assert.equal(neighbour(row, "1", -1), "4");
});

test("next to be looked at skips what is decided", () => {
  assert.equal(neighbour(row, "2", 1, { open: true }), "4");
  assert.equal(neighbour(row, "4", 1, { open: true }), "2");
  assert.equal(neighbour(row, "1", -1, { open: true }), "4");
});

test("when nothing else is left to be looked at there is no next", () => {
  const done = row.map((part) => (part.id === "2" ? part : { ...part, state: "accepted" }));
  assert.equal(neighbour(done, "2", 1, { open: true }), null);
  assert.equal(neighbour([], null, 1), null);
});

test("progress counts every decision, rejections too", () => {
  assert.deepEqual(progress(row), { looked: 2, all: 4 });
});
