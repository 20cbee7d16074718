// htmx reads its configuration from <meta name="htmx-config"> in base.html: nothing evaluated, no styles of its own.
import "htmx.org";
import "./account-menu.js";
import "./autosave.js";
import "./filters.js";
import "./grid.js";
import "./uploads.js";

// An answer that says no is a page of its own: show it as one, instead of inside this one.
document.addEventListener("htmx:response:error", (event) => {
  const request = event.detail.ctx.request;
  if (request.method.toUpperCase() === "GET") window.location.assign(request.action);
});

// Back to where the person is now: htmx may have changed the address since the page came.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-return-here]")) {
    event.target.elements.namedItem("next").value = location.pathname + location.search;
  }
});

// No answer at all: say so, where it is read out too.
document.addEventListener("htmx:error", () => {
  const message = document.getElementById("unreachable");
  message.textContent = message.dataset.text;
});
document.addEventListener("htmx:before:request", () => {
  document.getElementById("unreachable").textContent = "";
});
