import assert from "node:assert/strict";
import { test } from "node:test";
import { meansKey, meansRedo, meansUndo } from "../../static/src/js/keys.js";
import { shortcutFor } from "../../static/src/js/review/shortcuts.js";

const press = (key, code, more = {}) => ({ key, code, keyCode: 0, isComposing: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

const cases = [
  ["plain letter", press("b", "KeyB"), "b", true],
  ["with Caps Lock", press("B", "KeyB"), "b", true],
  ["full-width letter", press("ｂ", "KeyB"), "b", true],
  ["kana keyboard: the B key sends こ", press("こ", "KeyB"), "b", true],
  ["AZERTY: the letter counts, not the place", press("a", "KeyQ"), "q", false],
  ["plus on a Japanese keyboard is Shift+;", press("+", "Semicolon", { shiftKey: true }), "+", true],
  ["full-width plus", press("＋", "Semicolon"), "+", true],
  ["composing text", press("b", "KeyB", { isComposing: true }), "b", false],
  ["composing in older Safari", press("b", "KeyB", { keyCode: 229 }), "b", false],
  ["Ctrl+B belongs to the browser", press("b", "KeyB", { ctrlKey: true }), "b", false],
  ["another letter", press("c", "KeyC"), "b", false],
  ["arrow", press("ArrowLeft", "ArrowLeft"), "ArrowLeft", true],
];

for (const [name, event, key, expected] of cases) {
  test(name, () => assert.equal(meansKey(event, key), expected));
}

const commands = [
  ["Ctrl+Z", press("z", "KeyZ", { ctrlKey: true }), "undo"],
  ["Cmd+Z", press("z", "KeyZ", { metaKey: true }), "undo"],
  ["Ctrl+Z on a kana keyboard", press("つ", "KeyZ", { ctrlKey: true }), "undo"],
  ["QWERTZ: the letter counts, not the place", press("z", "KeyY", { ctrlKey: true }), "undo"],
  ["Ctrl+Shift+Z", press("Z", "KeyZ", { ctrlKey: true, shiftKey: true }), "redo"],
  ["Ctrl+Y", press("y", "KeyY", { ctrlKey: true }), "redo"],
  ["Z alone", press("z", "KeyZ"), null],
  ["Ctrl+Alt+Z, which types a sign on some keyboards", press("z", "KeyZ", { ctrlKey: true, altKey: true }), null],
  ["Ctrl+Z while composing", press("z", "KeyZ", { ctrlKey: true, isComposing: true }), null],
];

for (const [name, event, expected] of commands) {
  test(name, () => assert.equal(meansUndo(event) ? "undo" : meansRedo(event) ? "redo" : null, expected));
}

const shortcuts = [
  { name: "next open", keys: ["j"], shift: true },
  { name: "next", keys: ["j"], shift: false },
  { name: "move the box", keys: ["ArrowLeft"], shift: false, when: () => shortcuts.chosen },
  { name: "move the view", keys: ["ArrowLeft"] },
];
shortcuts.chosen = true;

test("Shift makes another shortcut of the same key", () => {
  assert.equal(shortcutFor(press("j", "KeyJ", { shiftKey: false }), shortcuts).name, "next");
  assert.equal(shortcutFor(press("J", "KeyJ", { shiftKey: true }), shortcuts).name, "next open");
});

test("a key that has no use now goes to the next that it has", () => {
  const left = press("ArrowLeft", "ArrowLeft", { shiftKey: false });
  assert.equal(shortcutFor(left, shortcuts).name, "move the box");
  shortcuts.chosen = false;
  assert.equal(shortcutFor(left, shortcuts).name, "move the view");
});
