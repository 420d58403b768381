import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, boxAround, boxOf, cameraOf, fit, K_MAX, K_MIN, keepInSight, pan, pinch, viewOf, zoomAt } from "../../static/src/js/review/viewport.js";

const view = { x: 40, y: 20, k: 2 };
const worldUnder = (v, { x, y }) => [(x - v.x) / v.k, (y - v.y) / v.k];

function assertNear(actual, expected) {
  actual.forEach((value, index) => assert.ok(Math.abs(value - expected[index]) < 1e-9, `${actual} ≠ ${expected}`));
}

test("zooming keeps the world under the cursor where it is", () => {
  for (const at of [{ x: 0, y: 0 }, { x: 311, y: 77 }]) {
    for (const factor of [0.5, 1.2, 3]) {
      assertNear(worldUnder(zoomAt(view, factor, at), at), worldUnder(view, at));
    }
  }
});

test("zooming stops at the limits without drifting", () => {
  const at = { x: 100, y: 100 };
  const near = zoomAt(view, 1e6, at);
  assert.equal(near.k, K_MAX);
  assertNear(worldUnder(near, at), worldUnder(view, at));
  assert.equal(zoomAt(view, 1e-9, at).k, K_MIN);
});

test("a pinch carries what is under the fingers along", () => {
  const before = [{ x: 100, y: 100 }, { x: 200, y: 100 }];
  const after = [{ x: 80, y: 140 }, { x: 280, y: 140 }];
  const pinched = pinch(view, before, after);
  assert.equal(pinched.k, 4);
  assertNear(worldUnder(pinched, after[0]), worldUnder(view, before[0]));
  assertNear(worldUnder(pinched, after[1]), worldUnder(view, before[1]));
});

test("a pinch that starts in one point only pans", () => {
  const point = { x: 50, y: 50 };
  assert.equal(pinch(view, [point, point], [{ x: 10, y: 10 }, { x: 90, y: 90 }]).k, view.k);
});

test("fit shows a box whole and centred", () => {
  const box = { x: 10, y: 20, width: 210, height: 297 };
  const pane = { width: 500, height: 400 };
  const fitted = fit(box, pane, 20);
  assert.ok(Math.abs(fitted.k - 360 / 297) < 1e-12);
  assertNear(worldUnder(fitted, { x: 250, y: 200 }), [115, 168.5]);
});

test("panes of different size look at the same point of the world", () => {
  const wide = { width: 640, height: 280 };
  const tall = { width: 300, height: 500 };
  const camera = cameraOf(view, wide);
  assertNear(
    worldUnder(viewOf(camera, tall), { x: 150, y: 250 }),
    worldUnder(view, { x: 320, y: 140 }),
  );
  assert.deepEqual(viewOf(camera, wide), view);
});

test("nobody pans the garment out of sight", () => {
  const box = { x: 0, y: 0, width: 100, height: 100 };
  const pane = { width: 300, height: 300 };
  const lost = keepInSight(pan(view, 5000, -5000), box, pane, 48);
  assert.equal(lost.x, 300 - 48);
  assert.equal(lost.y, 48 - 200);
  assert.deepEqual(keepInSight(view, box, pane, 48), view);
});

test("a turned photo's box holds its corners", () => {
  const quarter = [0, 1, -1, 0, 0, 0];
  assert.deepEqual(boxOf(quarter, 40, 30), { x: -30, y: 0, width: 30, height: 40 });
  assert.deepEqual(apply([2, 0, 0, 2, 5, 6], [1, 1]), [7, 8]);
  assert.deepEqual(boxAround([[3, 4], [1, 9]]), { x: 1, y: 4, width: 2, height: 5 });
});
