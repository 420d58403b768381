import { gettext } from "../i18n.js";

/**
 * <canvas-source for="canvas" style-id … > – what the server has to show, as attributes. The server may exchange
 * the element (htmx); each new one tells the canvas, which keeps its zoom and mode.
 *
 * photo, photo-width, photo-height, photo-label   address, upright pixels, alternative text
 * photo-id, analysis-id                           which photo, and which run of the analysis
 * analysed, analyse                               "no", "before" (parts were found) or "yes"; where to ask for it
 * doubts                                          codes of what looks odd about the garment as a whole
 * outline                                         "x,y x,y …" in upright pixels
 * flat, flat-label                                address and name of the revision
 * matrix                                          "a,b,c,d,e,f": upright pixels → millimetres of the drawing
 */
class CanvasSource extends HTMLElement {
  connectedCallback() {
    customElements.whenDefined("flat-canvas").then(() => {
      document.getElementById(this.getAttribute("for"))?.open(this.source);
    });
  }

  get source() {
    const text = (name) => this.getAttribute(name) ?? "";
    const matrix = text("matrix").split(",").map(Number);
    return {
      style: text("style-id"),
      photo: text("photo")
        ? {
            id: text("photo-id"),
            src: text("photo"),
            width: Number(text("photo-width")),
            height: Number(text("photo-height")),
            label: text("photo-label") || gettext("Photo"),
          }
        : null,
      analysis: {
        id: text("analysis-id"),
        state: text("analysed") || "no",
        ask: text("analyse"),
        doubts: text("doubts").split(" ").filter(Boolean),
      },
      outline: text("outline").trim(),
      flat: text("flat") ? { src: text("flat"), label: text("flat-label") || gettext("Flat") } : null,
      matrix: matrix.length === 6 && matrix.every(Number.isFinite) ? matrix : null,
    };
  }
}

customElements.define("canvas-source", CanvasSource);
