/** The review page: photo and flat on one canvas, found parts, measurements, decisions, verdict. */
import "./review/flat_canvas.js";
import "./review/canvas_source.js";
import "./review/compare.js";
import "./review/verdict.js";
import "./review/colour_list.js";
import "./review/parts/parts_panel.js";
import "./review/measure/measure_panel.js";
import "./review/side_tabs.js";
