import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_BYTES, fileSize, photoFault } from "../../static/src/js/upload/photo_check.js";

const cases = [
  ["JPEG", { name: "a.jpg", type: "image/jpeg", size: 10 }, null],
  ["HEIC named by an iPhone", { name: "IMG_1.HEIC", type: "image/heic", size: 10 }, null],
  ["HEIC on Windows has no type", { name: "IMG_1.HEIC", type: "", size: 10 }, null],
  ["exactly 20 MB", { name: "a.png", type: "image/png", size: MAX_BYTES }, null],
  ["over 20 MB", { name: "a.png", type: "image/png", size: MAX_BYTES + 1 }, "size"],
  ["empty", { name: "a.webp", type: "image/webp", size: 0 }, "empty"],
  ["GIF", { name: "a.gif", type: "image/gif", size: 10 }, "type"],
  ["SVG", { name: "a.svg", type: "image/svg+xml", size: 10 }, "type"],
  ["PDF that calls itself a photo", { name: "a.jpg", type: "application/pdf", size: 10 }, "type"],
  ["no type, no ending", { name: "photo", type: "", size: 10 }, "type"],
];

for (const [name, file, fault] of cases) {
  test(name, () => assert.equal(photoFault(file), fault));
}

test("sizes are written in the language of the page", () => {
  assert.equal(fileSize(1.5 * 1024 * 1024, "ja"), "1.5 MB");
  assert.equal(fileSize(25 * 1024 * 1024, "en"), "25.0 MB");
  assert.equal(fileSize(41.2 * 1024, "en"), "42 KB");
  assert.equal(fileSize(1, "ja"), "1 KB");
});
