import assert from "node:assert/strict";
import { test } from "node:test";
import { PhotoFrame } from "../../static/src/js/review/photo_frame.js";
import { LEAST, contains, grown, handleAt, handlePlaces, moved, resized, same, tidy, under } from "../../static/src/js/review/parts/boxes.js";

const photo = { width: 400, height: 300 };
const box = [100, 80, 180, 140];
const frame = (scale = 1) => new PhotoFrame([1, 0, 0, 1, 0, 0], { x: 0, y: 0, k: scale });

test("a drawn box has its sides in order whichever way it was drawn", () => {
  assert.deepEqual(tidy([180, 140, 100, 80], photo), box);
});

test("no box leaves the photo or vanishes", () => {
  assert.deepEqual(tidy([-20, -5, 500, 310], photo), [0, 0, 400, 300]);
  for (const point of [[50, 50, 50, 50], [400, 300, 400, 300], [0, 0, 1, 1]]) {
    const [x1, y1, x2, y2] = tidy(point, photo);
    assert.ok(x2 - x1 >= LEAST && y2 - y1 >= LEAST && x2 <= 400 && y2 <= 300, String(point));
  }
});

test("moving keeps the size, also at the edge", () => {
  assert.deepEqual(moved(box, 5, -10, photo), [105, 70, 185, 130]);
  assert.deepEqual(moved(box, 1000, 1000, photo), [320, 240, 400, 300]);
  assert.deepEqual(moved(box, -1000, 0, photo), [0, 80, 80, 140]);
});

test("a handle moves its sides and no other", () => {
  assert.deepEqual(resized(box, "se", [200, 150], photo), [100, 80, 200, 150]);
  assert.deepEqual(resized(box, "n", [999, 60], photo), [100, 60, 180, 140]);
  assert.deepEqual(resized(box, "w", [90, 999], photo), [90, 80, 180, 140]);
});

test("dragged past the other side the box turns over", () => {
  assert.deepEqual(resized(box, "e", [60, 0], photo), [60, 80, 100, 140]);
});

test("growing by keyboard moves the right and lower side", () => {
  assert.deepEqual(grown(box, 4, -6, photo), [100, 80, 184, 134]);
  assert.deepEqual(grown([10, 10, 14, 14], -50, -50, photo), [10, 10, 14, 14]);
});

test("boxes count as the same within what is sent", () => {
  assert.ok(same(box, [100.02, 80, 180, 140]));
  assert.ok(!same(box, [100.1, 80, 180, 140]));
});

test("handles are found where they are drawn", () => {
  for (const [handle, at] of handlePlaces(box, frame(2))) assert.equal(handleAt(box, at, frame(2), 8), handle);
  assert.equal(handleAt(box, [280, 220], frame(2), 8), null);
});

test("the handles of a tiny box leave room to take it in the middle", () => {
  const button = [50, 50, 58, 58];
  const places = handlePlaces(button, frame());
  assert.deepEqual(places.map(([handle]) => handle).sort(), ["ne", "nw", "se", "sw"]);
  assert.equal(handleAt(button, [54, 54], frame(), 8), null);
  assert.equal(handleAt(button, [54, 54], frame(), 22), null);
});

test("a click on a button that lies on a placket means the button", () => {
  const placket = { id: "placket", box: [90, 0, 110, 300], state: "open" };
  const button = { id: "button", box: [96, 96, 104, 104], state: "open" };
  const wrong = { id: "wrong", box: [98, 98, 102, 102], state: "rejected" };
  assert.deepEqual(under([placket, button, wrong], [100, 100], frame()).map(({ id }) => id), ["button", "placket", "wrong"]);
  assert.deepEqual(under([placket, button], [300, 100], frame()), []);
});

test("the margin around a box is measured on the screen", () => {
  assert.ok(contains(box, [97, 100], 4));
  assert.equal(under([{ id: "a", box, state: "open" }], [97 * 3, 300], frame(3)).length, 0);
});
