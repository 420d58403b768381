/**
 * What part of the world a pane shows. Pure.
 *
 * The world is the drawing's millimetres; a viewport {x, y, k} puts world (0, 0) at pane pixel (x, y) and shows
 * k pixels a millimetre. Matrices are [a, b, c, d, e, f] as in SVG: X = a·x + c·y + e, Y = b·x + d·y + f.
 */
export const K_MIN = 0.05;
export const K_MAX = 60;

export function clampScale(k) {
  return Math.min(K_MAX, Math.max(K_MIN, k));
}

/** The viewport scaled by `factor` such that the world under pane point `at` stays where it is. */
export function zoomAt(view, factor, at) {
  const k = clampScale(view.k * factor);
  const ratio = k / view.k;
  return { x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio, k };
}

export function pan(view, dx, dy) {
  return { x: view.x + dx, y: view.y + dy, k: view.k };
}

/** Two fingers: what was under the middle of `before` lies under the middle of `after`, scaled by their spread. */
export function pinch(view, before, after) {
  const middle = ([p, q]) => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 });
  const spread = ([p, q]) => Math.hypot(p.x - q.x, p.y - q.y);
  const from = middle(before);
  const to = middle(after);
  const apart = spread(before);
  const scaled = zoomAt(view, apart > 0 ? spread(after) / apart : 1, from);
  return pan(scaled, to.x - from.x, to.y - from.y);
}

/** The viewport that shows world box {x, y, width, height} whole and centred in a pane, `padding` pixels around. */
export function fit(box, pane, padding = Math.min(40, 0.08 * Math.min(pane.width, pane.height))) {
  const k = clampScale(
    Math.min((pane.width - 2 * padding) / box.width, (pane.height - 2 * padding) / box.height),
  );
  return {
    x: pane.width / 2 - (box.x + box.width / 2) * k,
    y: pane.height / 2 - (box.y + box.height / 2) * k,
    k,
  };
}

/** What a pane looks at, apart from its size: the world point at its centre and the scale. Shared by all panes. */
export function cameraOf(view, pane) {
  return { cx: (pane.width / 2 - view.x) / view.k, cy: (pane.height / 2 - view.y) / view.k, k: view.k };
}

export function viewOf(camera, pane) {
  return { x: pane.width / 2 - camera.cx * camera.k, y: pane.height / 2 - camera.cy * camera.k, k: camera.k };
}

/** Keeps a corner of the world box in sight, so that nobody loses the garment. */
export function keepInSight(view, box, pane, margin = 48) {
  const clamp = (value, low, high) => Math.min(Math.max(value, Math.min(low, high)), Math.max(low, high));
  return {
    x: clamp(view.x, margin - (box.x + box.width) * view.k, pane.width - margin - box.x * view.k),
    y: clamp(view.y, margin - (box.y + box.height) * view.k, pane.height - margin - box.y * view.k),
    k: view.k,
  };
}

export function apply(matrix, [x, y]) {
  const [a, b, c, d, e, f] = matrix;
  return [a * x + c * y + e, b * x + d * y + f];
}

/** The box around a width × height picture after `matrix`. */
export function boxOf(matrix, width, height) {
  const corners = [[0, 0], [width, 0], [0, height], [width, height]].map((point) => apply(matrix, point));
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** The box around a list of [x, y] points. */
export function boxAround(points) {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** CSS text of a viewport for an element at the pane's corner with transform-origin 0 0. */
export function cssTransform({ x, y, k }) {
  return `matrix(${k}, 0, 0, ${k}, ${x}, ${y})`;
}
