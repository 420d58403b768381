import { gettext } from "../i18n.js";
import { meansKey } from "../keys.js";

/**
 * The keys of the canvas, in the order the help lists them: key → what it does.
 * They count only while the canvas has the focus (WCAG 2.1.4).
 */
export function shortcutsOf(canvas) {
  const mode = (name) => () => canvas.setMode(name);
  return [
    { keys: ["1"], label: gettext("Side by side"), run: mode("side") },
    { keys: ["2"], label: gettext("Overlay"), run: mode("overlay") },
    { keys: ["3"], label: gettext("Photo only"), run: mode("photo") },
    { keys: ["4"], label: gettext("Flat only"), run: mode("flat") },
    { keys: ["b"], label: gettext("Blink between photo and flat"), run: () => canvas.toggleBlink() },
    { keys: ["o"], label: gettext("Outline of the found garment"), run: () => canvas.toggleOutline() },
    { keys: ["+", ";"], shown: ["+"], label: gettext("Zoom in"), run: () => canvas.zoom(1.25) },
    { keys: ["-"], label: gettext("Zoom out"), run: () => canvas.zoom(0.8) },
    { keys: ["0"], label: gettext("Show all"), run: () => canvas.fit() },
    { keys: ["ArrowLeft"], shown: ["←"], label: gettext("Move the view"), run: () => canvas.nudge(60, 0) },
    { keys: ["ArrowRight"], shown: ["→"], label: gettext("Move the view"), run: () => canvas.nudge(-60, 0) },
    { keys: ["ArrowUp"], shown: ["↑"], label: gettext("Move the view"), run: () => canvas.nudge(0, 60) },
    { keys: ["ArrowDown"], shown: ["↓"], label: gettext("Move the view"), run: () => canvas.nudge(0, -60) },
    { keys: ["?"], label: gettext("This help"), run: () => canvas.help() },
  ];
}

/** What the help says about undo and redo, which keys.js knows by Ctrl. */
export function undoLines() {
  return [
    { keys: [], shown: ["Ctrl+Z"], label: gettext("Undo"), run: () => undefined },
    { keys: [], shown: ["Ctrl+⇧Z", "Ctrl+Y"], label: gettext("Redo"), run: () => undefined },
  ];
}

/**
 * The shortcut a key event means, or undefined: the first whose key it is, whose `shift` (when it names one) is as
 * pressed, and whose `when()` (when it has one) holds.
 */
export function shortcutFor(event, shortcuts) {
  return shortcuts.find(
    ({ keys, shift, when }) =>
      (shift === undefined || shift === event.shiftKey) && keys.some((key) => meansKey(event, key)) && (when?.() ?? true),
  );
}

/** Shortcuts with the same words as one line: [{shown: ["←", "→"], label}]. */
export function helpLines(shortcuts) {
  const lines = new Map();
  for (const { keys, shown = keys, label } of shortcuts) {
    lines.set(label, [...(lines.get(label) ?? []), ...shown]);
  }
  return [...lines].map(([label, shown]) => ({ label, shown }));
}
