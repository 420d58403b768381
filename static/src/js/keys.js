/** Which key was meant, across keyboards and input methods. Pure. */

/** True while an input method composes: such keys belong to the text, never to a shortcut. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** The character, or for a kana or full-width keyboard the place of the key. */
function isCharacter(event, key) {
  const sent = event.key.normalize("NFKC");
  if (sent.toLowerCase() === key.toLowerCase()) return true;
  const isLatin = /^[\x20-\x7e]$/.test(sent);
  return !isLatin && /^[a-z]$/i.test(key) && event.code === `Key${key.toUpperCase()}`;
}

/**
 * Whether the event means `key` ("b", "+", "0", "ArrowLeft", "?").
 *
 * A kana or full-width keyboard sends か or ｂ for B; then the place of the key decides. Ctrl, Alt and Meta
 * belong to the browser.
 */
export function meansKey(event, key) {
  if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return false;
  return isCharacter(event, key);
}

function isCommand(event) {
  return !isComposing(event) && (event.ctrlKey || event.metaKey) && !event.altKey;
}

/** Ctrl+Z, on a Mac Cmd+Z. */
export function meansUndo(event) {
  return isCommand(event) && !event.shiftKey && isCharacter(event, "z");
}

/** Ctrl+Shift+Z and Ctrl+Y. */
export function meansRedo(event) {
  return isCommand(event) && isCharacter(event, event.shiftKey ? "z" : "y");
}
