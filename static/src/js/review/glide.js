/** Moves the camera from one place to another within a moment, so that the eye can follow. */
const MS = 180;
let running = 0;

/** Cameras are {cx, cy, k}; `set` gets each step and in the end exactly `to`. At once where motion is unwanted. */
export function glide(from, to, set) {
  cancelAnimationFrame(running);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    set(to);
    return;
  }
  const start = performance.now();
  const step = (now) => {
    const share = Math.min(1, (now - start) / MS);
    set(share < 1 ? between(from, to, 1 - (1 - share) ** 3) : to);
    if (share < 1) running = requestAnimationFrame(step);
  };
  running = requestAnimationFrame(step);
}

/** Scales multiply, so the scale is taken along its logarithm. */
export function between(from, to, share) {
  const mix = (a, b) => a + (b - a) * share;
  return { cx: mix(from.cx, to.cx), cy: mix(from.cy, to.cy), k: Math.exp(mix(Math.log(from.k), Math.log(to.k))) };
}
