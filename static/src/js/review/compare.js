/** Buttons with data-compare put another revision where the photo was; pressed again they bring it back. */
function show(pressed) {
  for (const button of document.querySelectorAll("[data-compare]")) {
    button.setAttribute("aria-pressed", String(button.dataset.compare === pressed));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-compare]");
  if (!button) return;
  const canvas = document.getElementById("canvas");
  const off = button.getAttribute("aria-pressed") === "true";
  const src = off ? null : button.dataset.compare;
  canvas.compare(src ? { src, label: button.dataset.compareLabel } : null);
  show(src);
});
