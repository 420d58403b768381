/** Boxes [x1, y1, x2, y2] in upright photo pixels: where they are hit, how they move and grow. Pure. */

/** No part is smaller than this, in photo pixels. */
export const LEAST = 4;

/** Names of the handles by the sides they move: "nw" moves left and top. */
export const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

export function sizeOf([x1, y1, x2, y2]) {
  return { width: x2 - x1, height: y2 - y1 };
}

export function corners([x1, y1, x2, y2]) {
  return [[x1, y1], [x2, y1], [x2, y2], [x1, y2]];
}

export function handlePoint([x1, y1, x2, y2], handle) {
  const x = handle.includes("w") ? x1 : handle.includes("e") ? x2 : (x1 + x2) / 2;
  const y = handle.includes("n") ? y1 : handle.includes("s") ? y2 : (y1 + y2) / 2;
  return [x, y];
}

/** Whether photo point [x, y] lies in the box or within `margin` of it. */
export function contains([x1, y1, x2, y2], [x, y], margin = 0) {
  return x >= x1 - margin && x <= x2 + margin && y >= y1 - margin && y <= y2 + margin;
}

/** Sides in order, inside the photo, and no thinner than LEAST. */
export function tidy([x1, y1, x2, y2], { width, height }) {
  const span = (a, b, most) => {
    const low = Math.max(0, Math.min(a, b, most - LEAST));
    const high = Math.min(most, Math.max(a, b, low + LEAST));
    return [low, high];
  };
  const [left, right] = span(x1, x2, width);
  const [top, bottom] = span(y1, y2, height);
  return [left, top, right, bottom].map((value) => Math.round(value * 10) / 10);
}

/** Moved by (dx, dy), but never out of the photo. */
export function moved([x1, y1, x2, y2], dx, dy, { width, height }) {
  const right = Math.min(Math.max(dx, -x1), width - x2);
  const down = Math.min(Math.max(dy, -y1), height - y2);
  return tidy([x1 + right, y1 + down, x2 + right, y2 + down], { width, height });
}

/** With the sides of `handle` at photo point [x, y]; dragged past its other side the box turns over. */
export function resized([x1, y1, x2, y2], handle, [x, y], photo) {
  return tidy(
    [
      handle.includes("w") ? x : x1,
      handle.includes("n") ? y : y1,
      handle.includes("e") ? x : x2,
      handle.includes("s") ? y : y2,
    ],
    photo,
  );
}

/** The right and lower side moved by (dx, dy): growing by keyboard. */
export function grown([x1, y1, x2, y2], dx, dy, photo) {
  return tidy([x1, y1, Math.max(x1 + LEAST, x2 + dx), Math.max(y1 + LEAST, y2 + dy)], photo);
}

export function same(a, b) {
  return a.every((value, index) => Math.abs(value - b[index]) < 0.05);
}

/** Sides shorter than this in pane pixels have no handle of their own; their corners' handles stand off. */
const ROOMY_PX = 36;
const OFF_PX = 6;

/** [[handle, [x, y] in pane pixels]]: on the box, around a small one so that it stays in sight. */
export function handlePlaces(box, frame) {
  const { width, height } = sizeOf(box);
  const isRoomy = (length) => length * frame.scale > ROOMY_PX;
  const usable = HANDLES.filter((handle) => handle.length === 2 || isRoomy(handle === "n" || handle === "s" ? width : height));
  const middle = frame.toPane([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]);
  const isSmall = !isRoomy(width) || !isRoomy(height);
  return usable.map((handle) => {
    const [x, y] = frame.toPane(handlePoint(box, handle));
    const [dx, dy] = [x - middle[0], y - middle[1]];
    const off = isSmall ? 1 + OFF_PX / (Math.hypot(dx, dy) || 1) : 1;
    return [handle, [middle[0] + dx * off, middle[1] + dy * off]];
  });
}

/** The handle of the box nearest to pane point `at` within `reach`, or null. Corners win over sides. */
export function handleAt(box, at, frame, reach) {
  const isSmall = Math.max(sizeOf(box).width, sizeOf(box).height) * frame.scale < ROOMY_PX;
  const within = isSmall ? Math.min(reach, OFF_PX + 2) : reach;
  const near = handlePlaces(box, frame)
    .map(([handle, [x, y]]) => [Math.hypot(x - at[0], y - at[1]), handle])
    .filter(([distance]) => distance <= within);
  near.sort((a, b) => a[0] - b[0] || b[1].length - a[1].length);
  return near[0]?.[1] ?? null;
}

/**
 * The parts under pane point `at`, the smallest first, rejected ones last: a button lies on a placket, and who
 * clicks there means the button.
 */
export function under(parts, at, frame, margin = 4) {
  const point = frame.toPhoto(at);
  const area = ({ box }) => sizeOf(box).width * sizeOf(box).height;
  return parts
    .filter(({ box }) => contains(box, point, margin / frame.scale))
    .sort((a, b) => (a.state === "rejected") - (b.state === "rejected") || area(a) - area(b));
}
