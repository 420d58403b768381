import { svg, render, nothing } from "lit";

/** Pointer travel in pane pixels from which a press is a drag and no longer a click. */
const DRAG_PX = 4;

/**
 * What a photo layer is: marks over the photo, and what pointer and keys do to them. `frame` is a PhotoFrame,
 * `at` a point [x, y] in pane pixels.
 *
 *   marks(frame, pane)        lit SVG template in pane pixels
 *   press(at, frame, reach)   {move(at), drop(), cancel()} when a drag may begin here, else null: the view pans
 *   click(at, frame, event)   a press that went nowhere
 *   hover(at, frame)          the cursor's name; `leave()` when the pointer goes
 *   open(at, frame)           double click; true when something was there
 *   shortcuts                 as in shortcuts.js, with `when()` and `shift`
 */

/** How near counts as "on it": a finger covers more than a mouse. */
function reachOf(event) {
  return event.pointerType === "touch" ? 22 : 8;
}

/**
 * Gives a pane's pointer to the layer first; what the layer does not want goes on to the gestures, which must
 * be attached after this.
 */
export function attachTool(pane, { layer, frame, passing }) {
  let held = null;
  const place = (event) => {
    const box = pane.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const release = () => {
    if (held?.drag && pane.hasPointerCapture(held.id)) pane.releasePointerCapture(held.id);
    held = null;
  };

  const down = (event) => {
    const tool = layer();
    if (!tool || passing()) return;
    if (held) {
      held.drag?.cancel(); // a second finger: no drag was meant
      release();
      return;
    }
    if (event.button !== 0) return;
    const at = place(event);
    const drag = tool.press(at, frame(), reachOf(event));
    held = { id: event.pointerId, at, drag, travelled: false };
    if (!drag) return;
    pane.setPointerCapture(event.pointerId);
    event.stopImmediatePropagation();
  };

  const moved = (event) => {
    const tool = layer();
    if (!tool) return;
    const at = place(event);
    if (!held) {
      pane.style.cursor = event.pointerType === "mouse" ? tool.hover(at, frame()) : "";
      return;
    }
    if (event.pointerId !== held.id) return;
    held.travelled ||= Math.hypot(at[0] - held.at[0], at[1] - held.at[1]) >= DRAG_PX;
    if (held.drag && held.travelled) held.drag.move(at);
  };

  const up = (event) => {
    if (!held || event.pointerId !== held.id) return;
    const { drag, travelled, at } = held;
    release();
    if (drag && travelled) drag.drop();
    else {
      drag?.cancel();
      if (!travelled) layer()?.click(at, frame(), event);
    }
  };

  const lost = (event) => {
    if (!held || event.pointerId !== held.id) return;
    held.drag?.cancel();
    release();
  };

  pane.addEventListener("pointerdown", down);
  pane.addEventListener("pointermove", moved);
  pane.addEventListener("pointerup", up);
  pane.addEventListener("pointercancel", lost);
  pane.addEventListener("pointerleave", () => {
    pane.style.cursor = "";
    layer()?.leave();
  });
  pane.addEventListener("dblclick", (event) => {
    if (layer()?.open(place(event), frame())) event.stopImmediatePropagation();
  });
}

/** Draws a layer's marks into the pane; without a layer there are none. */
export function drawMarks(pane, layer, frame) {
  const target = pane.querySelector(".marks");
  if (!target) return;
  const size = { width: pane.clientWidth, height: pane.clientHeight };
  render(layer ? layer.marks(frame, size) : svg`${nothing}`, target);
}
