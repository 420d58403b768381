import assert from "node:assert/strict";
import { test } from "node:test";
import { CanvasState } from "../../static/src/js/review/canvas_state.js";

class Shelf {
  kept = new Map();
  getItem(key) {
    return this.kept.get(key) ?? null;
  }
  setItem(key, value) {
    this.kept.set(key, value);
  }
}

const photo = { src: "/photo", width: 3000, height: 4000 };
const flat = { src: "/flat" };
const source = (more) => ({ style: "s1", photo, flat, outline: "", matrix: [0.05, 0, 0, 0.05, 0, 0], ...more });
const pane = { width: 600, height: 800 };

test("modes fall back to what there is to show", () => {
  const cases = [
    [source(), "side"],
    [source({ flat: null }), "photo"],
    [source({ photo: null }), "flat"],
  ];
  for (const [given, mode] of cases) {
    const state = new CanvasState(new Shelf());
    state.open(given);
    assert.equal(state.mode.value, mode);
  }
});

test("comparing puts another revision where the photo was", () => {
  const state = new CanvasState(new Shelf());
  state.open(source({ photo: null }));
  state.other.value = { src: "/r1", label: "r1" };
  assert.equal(state.left.value, "other");
  assert.equal(state.mode.value, "side");
});

test("mode and zoom come back with the style, and only with it", () => {
  const shelf = new Shelf();
  const before = new CanvasState(shelf);
  before.open(source());
  before.wished.value = "overlay";
  before.share.value = 20;
  before.move({ x: 10, y: 20, k: 7 }, pane);

  const back = new CanvasState(shelf);
  back.open(source());
  assert.equal(back.mode.value, "overlay");
  assert.equal(back.share.value, 20);
  assert.deepEqual(back.camera.value, before.camera.value);

  const elsewhere = new CanvasState(shelf);
  elsewhere.open(source({ style: "s2" }));
  assert.equal(elsewhere.mode.value, "side");
  assert.equal(elsewhere.camera.value, null);
});

test("what an older version or a stranger wrote is not believed", () => {
  const shelf = new Shelf();
  for (const junk of ["not json", '{"mode":"3d","share":900,"camera":{"cx":null,"cy":1,"k":1e9}}', "null"]) {
    shelf.setItem("review:s1", junk);
    const state = new CanvasState(shelf);
    state.open(source());
    assert.equal(state.mode.value, "side");
    assert.equal(state.share.value, 55);
    assert.equal(state.camera.value, null);
  }
});

test("a browser that refuses storage still shows the page", () => {
  const refusing = {
    getItem() {
      throw new DOMException("refused", "SecurityError");
    },
    setItem() {
      throw new DOMException("refused", "SecurityError");
    },
  };
  const state = new CanvasState(refusing);
  state.open(source());
  state.wished.value = "flat";
  assert.equal(state.mode.value, "flat");
});

test("fit follows the pane until somebody moves", () => {
  const state = new CanvasState(new Shelf());
  state.open(source());
  assert.ok(state.look({ width: 300, height: 400 }).k < state.look(pane).k);
  state.move(state.look(pane), pane);
  const fixed = state.camera.value.k;
  assert.equal(state.look({ width: 300, height: 400 }).k, fixed);
  state.fit();
  assert.equal(state.camera.value, null);
});
