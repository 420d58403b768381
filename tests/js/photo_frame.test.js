import assert from "node:assert/strict";
import { test } from "node:test";
import { PhotoFrame } from "../../static/src/js/review/photo_frame.js";

const near = ([ax, ay], [bx, by]) => assert.ok(Math.hypot(ax - bx, ay - by) < 1e-9, `${ax},${ay} ≠ ${bx},${by}`);

const frames = {
  plain: new PhotoFrame([1, 0, 0, 1, 0, 0], { x: 0, y: 0, k: 1 }),
  zoomed: new PhotoFrame([0.2, 0, 0, 0.2, 5, 7], { x: 30, y: -12, k: 3 }),
  "turned upright": new PhotoFrame([0.19, 0.05, -0.05, 0.19, 20, 3], { x: 4, y: 9, k: 2.5 }),
};

for (const [name, frame] of Object.entries(frames)) {
  test(`${name}: there and back`, () => {
    for (const point of [[0, 0], [120, 45], [-3.5, 900]]) near(frame.toPhoto(frame.toPane(point)), point);
  });

  test(`${name}: the scale is how long a pixel of the photo is shown`, () => {
    const [[x0, y0], [x1, y1]] = [frame.toPane([10, 10]), frame.toPane([11, 10])];
    assert.ok(Math.abs(Math.hypot(x1 - x0, y1 - y0) - frame.scale) < 1e-9);
  });
}

test("photo, world and pane follow one another", () => {
  near(frames.zoomed.toPane([100, 50]), [30 + 3 * (5 + 20), -12 + 3 * (7 + 10)]);
});
