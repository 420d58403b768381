/** What a turn of the wheel means. Pure. */

const LINE_PX = 16;
const NOTCH = 120; // one click of a wheel, in the units of the old wheelDelta

/**
 * {kind: "zoom", factor} or {kind: "pan", dx, dy}.
 *
 * A pinch on a trackpad arrives as a wheel with Ctrl. A wheel that clicks in whole notches is a mouse and zooms;
 * the fine steps of a trackpad pan. Shift pans sideways.
 */
export function wheelMeaning(event) {
  const unit = event.deltaMode === 1 ? LINE_PX : 1;
  const dx = event.deltaX * unit;
  const dy = event.deltaY * unit;
  if (event.shiftKey && !event.ctrlKey) return { kind: "pan", dx: -(dx || dy), dy: 0 };
  const isMouse = dx === 0 && dy !== 0 && (event.deltaMode === 1 || (event.wheelDeltaY !== undefined && event.wheelDeltaY % NOTCH === 0));
  if (event.ctrlKey || event.metaKey || event.altKey || isMouse) {
    const pace = event.ctrlKey && !isMouse ? 0.01 : 0.0022;
    return { kind: "zoom", factor: Math.exp(-Math.max(-400, Math.min(400, dy)) * pace) };
  }
  return { kind: "pan", dx: -dx, dy: -dy };
}
