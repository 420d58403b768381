import { gettext } from "../i18n.js";

/**
 * <canvas-source for="canvas" style-id … > – what the server has to show, as attributes. The server may exchange
 * the element (htmx); each new one tells the canvas, which keeps its zoom and mode.
 *
 * photo, photo-width, photo-height, photo-label   address, upright pixels, alternative text
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
            src: text("photo"),
            width: Number(text("photo-width")),
            height: Number(text("photo-height")),
            label: text("photo-label") || gettext("Photo"),
          }
        : null,
      outline: text("outline").trim(),
      flat: text("flat") ? { src: text("flat"), label: text("flat-label") || gettext("Flat") } : null,
      matrix: matrix.length === 6 && matrix.every(Number.isFinite) ? matrix : null,
    };
  }
}

customElements.define("canvas-source", CanvasSource);
