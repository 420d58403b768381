import { KINDS } from "./kinds.js";

/** The order in which parts are listed and walked through, and how far one is. Pure. */

function rank(kind) {
  const at = KINDS.indexOf(kind);
  return at < 0 ? KINDS.length : at;
}

/** As one reads a page: from row to row – a row is half a box high –, and in each from left to right. */
function asRead(parts) {
  const middle = ([x1, y1, x2, y2]) => [(x1 + x2) / 2, (y1 + y2) / 2];
  const rows = [];
  for (const part of [...parts].sort((a, b) => middle(a.box)[1] - middle(b.box)[1])) {
    const first = rows.at(-1)?.[0];
    const isSame = first && middle(part.box)[1] - middle(first.box)[1] <= (first.box[3] - first.box[1]) / 2;
    if (isSame) rows.at(-1).push(part);
    else rows.push([part]);
  }
  const acrossThenId = (a, b) => middle(a.box)[0] - middle(b.box)[0] || (a.id < b.id ? -1 : 1);
  return rows.flatMap((row) => row.sort(acrossThenId));
}

/** [{kind, parts: [part with `number` where its kind has several]}] in the order of KINDS. */
export function grouped(parts) {
  const groups = new Map();
  for (const part of parts) groups.set(part.kind, [...(groups.get(part.kind) ?? []), part]);
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([kind, members]) => ({
      kind,
      parts: asRead(members).map((part, index) => ({ ...part, number: members.length > 1 ? index + 1 : null })),
    }));
}

/** All parts in that order. */
export function inOrder(parts) {
  return grouped(parts).flatMap((group) => group.parts);
}

/**
 * The id one step after (or before) `id`, around the end; the first when nothing is selected. With `open` only
 * parts nobody has looked at count; null when there is none.
 */
export function neighbour(parts, id, step, { open = false } = {}) {
  const ordered = inOrder(parts);
  const start = ordered.findIndex((part) => part.id === id);
  for (let count = 1; count <= ordered.length; count += 1) {
    const from = start < 0 ? (step > 0 ? -1 : ordered.length) : start;
    const part = ordered[(((from + step * count) % ordered.length) + ordered.length) % ordered.length];
    if (!open || part.state === "open") return part.id === id && open ? null : part.id;
  }
  return null;
}

/** {looked, all}: how many parts a person has decided about. */
export function progress(parts) {
  return { looked: parts.filter(({ state }) => state !== "open").length, all: parts.length };
}
