/** Which key was meant, across keyboards and input methods. Pure. */

/** True while an input method composes: such keys belong to the text, never to a shortcut. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Whether the event means `key` ("b", "+", "0", "ArrowLeft", "?").
 *
 * A kana or full-width keyboard sends か or ｂ for B; then the place of the key decides. Ctrl, Alt and Meta
 * belong to the browser.
 */
export function meansKey(event, key) {
  if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return false;
  const sent = event.key.normalize("NFKC");
  if (sent.toLowerCase() === key.toLowerCase()) return true;
  const isLatin = /^[\x20-\x7e]$/.test(sent);
  return !isLatin && /^[a-z]$/i.test(key) && event.code === `Key${key.toUpperCase()}`;
}
