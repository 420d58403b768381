/** A part in which somebody is at work (data-editing) is left alone. */
function mayChange(part) {
  return part && !part.matches("[data-editing]") && !part.querySelector("[data-editing]");
}

/** Fetches the page anew and exchanges only the named parts; the rest keeps its state, focus and scroll. */
export function refreshParts(selectors) {
  const present = selectors.filter((selector) => mayChange(document.querySelector(selector)));
  if (!present.length) return Promise.resolve();
  const [first, ...others] = present;
  return globalThis.htmx.ajax("GET", location.pathname + location.search, {
    target: first,
    select: first,
    swap: "outerHTML",
    selectOOB: others.map((selector) => `${selector}:outerHTML`).join(","),
  });
}

/** "#a, #b" as a list of selectors. */
export function selectorList(text) {
  return (text ?? "").split(",").map((selector) => selector.trim()).filter(Boolean);
}
