import assert from "node:assert/strict";
import { test } from "node:test";
import { meansKey } from "../../static/src/js/keys.js";

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
