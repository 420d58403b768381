/**
 * Which labels find room. Pure.
 *
 * Each wish is {key, x, y, width, height, weight}: the label's corner in pane pixels. The weightiest get their
 * place first; one that would cover another goes without, unless it is `always` shown.
 */
export function placed(wishes, pane, gap = 2) {
  const taken = [];
  const kept = new Map();
  const overlaps = (a) =>
    taken.some((b) => a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap);
  for (const wish of [...wishes].sort((a, b) => b.weight - a.weight)) {
    const at = {
      ...wish,
      x: Math.min(Math.max(wish.x, 0), Math.max(0, pane.width - wish.width)),
      y: Math.min(Math.max(wish.y, 0), Math.max(0, pane.height - wish.height)),
    };
    const away = Math.abs(at.x - wish.x) > wish.width || Math.abs(at.y - wish.y) > 3 * wish.height;
    if (away || (!wish.always && overlaps(at))) continue;
    taken.push(at);
    kept.set(wish.key, at);
  }
  return kept;
}
