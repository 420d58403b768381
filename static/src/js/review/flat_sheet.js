/**
 * <flat-sheet src="/revisions/…/flat.svg"> – a drawing on its artboard, one CSS pixel a millimetre.
 *
 * The SVG is parsed as XML and mounted in a shadow root: its ids and classes stay its own, and nothing of it
 * passes through an HTML parser. Dispatches `flat-loaded` {drawn: the box around all that is drawn, mm}, or
 * `flat-failed`.
 */
const SVG = "http://www.w3.org/2000/svg";
const sheets = new Map();

async function load(src) {
  const response = await fetch(src, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${src}: ${response.status}`);
  const parsed = new DOMParser().parseFromString(await response.text(), "image/svg+xml");
  const root = parsed.documentElement;
  if (root.namespaceURI !== SVG || root.localName !== "svg") throw new Error(`${src} is not an SVG`);
  return root;
}

/** Revisions never change, so each is fetched once a page. */
function sheet(src) {
  if (!sheets.has(src)) {
    const loading = load(src);
    loading.catch(() => sheets.delete(src));
    sheets.set(src, loading);
  }
  return sheets.get(src);
}

class FlatSheet extends HTMLElement {
  static observedAttributes = ["src"];

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
  }

  attributeChangedCallback() {
    this.#show(this.getAttribute("src"));
  }

  async #show(src) {
    if (!src) {
      this.shadowRoot.replaceChildren();
      return;
    }
    let root;
    try {
      root = await sheet(src);
    } catch {
      if (src === this.getAttribute("src")) this.dispatchEvent(new CustomEvent("flat-failed", { bubbles: true }));
      return;
    }
    if (src !== this.getAttribute("src")) return;
    const svg = document.importNode(root, true);
    const { width, height } = svg.viewBox.baseVal;
    svg.style.display = "block";
    svg.style.width = `${width}px`;
    svg.style.height = `${height}px`;
    this.shadowRoot.replaceChildren(svg);
    const { x, y, width: across, height: down } = svg.getBBox();
    const drawn = across > 0 && down > 0 ? { x, y, width: across, height: down } : { x: 0, y: 0, width, height };
    this.dispatchEvent(new CustomEvent("flat-loaded", { bubbles: true, detail: { drawn } }));
  }
}

customElements.define("flat-sheet", FlatSheet);
