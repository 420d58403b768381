import assert from "node:assert/strict";
import { test } from "node:test";
import { DecisionHistory } from "../../static/src/js/review/decision_history.js";

function recorded() {
  const log = [];
  const entry = (name) => ({ undo: async () => { log.push(`-${name}`); }, redo: async () => { log.push(`+${name}`); } });
  return { log, entry };
}

test("undo and redo walk through the entries in order", async () => {
  const { log, entry } = recorded();
  const history = new DecisionHistory();
  history.add(entry("a"));
  history.add(entry("b"));
  await history.undo();
  await history.undo();
  await history.redo();
  assert.deepEqual(log, ["-b", "-a", "+a"]);
  assert.ok(history.canUndo.value && history.canRedo.value);
});

test("a new decision ends what could be done again", async () => {
  const { entry } = recorded();
  const history = new DecisionHistory();
  history.add(entry("a"));
  await history.undo();
  history.add(entry("c"));
  assert.equal(history.canRedo.value, false);
  assert.equal(await history.redo(), false);
});

test("with nothing done there is nothing to undo", async () => {
  assert.equal(await new DecisionHistory().undo(), false);
});

test("an entry that can no longer be undone does not block the one before it", async () => {
  const { log, entry } = recorded();
  const history = new DecisionHistory();
  history.add(entry("a"));
  history.add({ undo: () => Promise.reject(new Error("gone")), redo: async () => undefined });
  await assert.rejects(history.undo());
  await history.undo();
  assert.deepEqual(log, ["-a"]);
});
