/** A comment survives every refresh of the form around it (hx-preserve), and goes once it has been sent. */
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt.closest("form[data-clears]");
  if (form && event.detail.successful) document.getElementById(form.dataset.clears).value = "";
});
