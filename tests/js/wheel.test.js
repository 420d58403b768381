import assert from "node:assert/strict";
import { test } from "node:test";
import { wheelMeaning } from "../../static/src/js/review/wheel.js";

const turn = (more) => ({ deltaX: 0, deltaY: 0, deltaMode: 0, wheelDeltaY: 0, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test("a mouse wheel turned away from the hand comes closer", () => {
  const { kind, factor } = wheelMeaning(turn({ deltaY: -120, wheelDeltaY: 120 }));
  assert.equal(kind, "zoom");
  assert.ok(factor > 1.1 && factor < 1.5, String(factor));
});

test("back and forth ends where it began", () => {
  const forth = wheelMeaning(turn({ deltaY: 120, wheelDeltaY: -120 })).factor;
  const back = wheelMeaning(turn({ deltaY: -120, wheelDeltaY: 120 })).factor;
  assert.ok(Math.abs(forth * back - 1) < 1e-12);
});

test("Firefox counts a mouse wheel in lines", () => {
  assert.equal(wheelMeaning(turn({ deltaY: 3, deltaMode: 1, wheelDeltaY: undefined })).kind, "zoom");
});

test("two fingers on a trackpad pan", () => {
  assert.deepEqual(wheelMeaning(turn({ deltaX: 4, deltaY: 7, wheelDeltaY: -21 })), { kind: "pan", dx: -4, dy: -7 });
});

test("a trackpad pinch zooms although its steps are fine", () => {
  const { kind, factor } = wheelMeaning(turn({ deltaY: -5, wheelDeltaY: 15, ctrlKey: true }));
  assert.equal(kind, "zoom");
  assert.ok(factor > 1.03 && factor < 1.1, String(factor));
});

test("Shift pans sideways", () => {
  assert.deepEqual(wheelMeaning(turn({ deltaY: 120, wheelDeltaY: -120, shiftKey: true })), { kind: "pan", dx: -120, dy: 0 });
});

test("a spun wheel stays within one jump", () => {
  assert.ok(wheelMeaning(turn({ deltaY: -24000, wheelDeltaY: 24000 })).factor < 3);
});
