/** The review page: photo and flat on one canvas, decisions, verdict. */
import "./review/flat_canvas.js";
import "./review/canvas_source.js";
import "./review/compare.js";
import "./review/verdict.js";
import "./review/colour_list.js";
