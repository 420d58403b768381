import { pan, pinch, zoomAt } from "./viewport.js";
import { wheelMeaning } from "./wheel.js";

/**
 * Drag, pinch and wheel on a pane. `look` reads and `move` sets its viewport; both in pane pixels.
 * One pointer pans, two pinch; a third is ignored.
 */
export function attachGestures(pane, { look, move }) {
  const pointers = new Map();
  const place = (event) => {
    const box = pane.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const down = (event) => {
    if (event.button > 1 || pointers.size >= 2) return;
    pane.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    pane.classList.add("pane-held");
  };

  const moved = (event) => {
    if (!pointers.has(event.pointerId)) return;
    const before = [...pointers.values()];
    const from = pointers.get(event.pointerId);
    const to = place(event);
    pointers.set(event.pointerId, to);
    if (pointers.size === 1) move(pan(look(), to.x - from.x, to.y - from.y));
    else move(pinch(look(), before, [...pointers.values()]));
  };

  const up = (event) => {
    pointers.delete(event.pointerId);
    if (!pointers.size) pane.classList.remove("pane-held");
  };

  const wheel = (event) => {
    event.preventDefault();
    const meaning = wheelMeaning(event);
    if (meaning.kind === "zoom") move(zoomAt(look(), meaning.factor, place(event)));
    else move(pan(look(), meaning.dx, meaning.dy));
  };

  const doubleClick = (event) => move(zoomAt(look(), event.shiftKey ? 0.5 : 2, place(event)));

  pane.addEventListener("pointerdown", down);
  pane.addEventListener("pointermove", moved);
  pane.addEventListener("pointerup", up);
  pane.addEventListener("pointercancel", up);
  pane.addEventListener("wheel", wheel, { passive: false });
  pane.addEventListener("dblclick", doubleClick);
}
