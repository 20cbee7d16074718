// Forms that filter what stands below them: `.filters`. They also work without this, by their button.

const filterForm = (event) => {
  const form = event.detail.ctx.sourceElement;
  return form.matches("form.filters") ? form : null;
};

// Words are sent while one types; leaving the field is no further change.
document.addEventListener(
  "change",
  (event) => {
    if (event.target.matches("form.filters [type=search]")) event.stopPropagation();
  },
  true,
);

// A filter that is not set has no place in the address.
document.addEventListener("htmx:config:request", (event) => {
  if (!filterForm(event)) return;
  const { body } = event.detail.ctx.request;
  for (const [name, value] of [...body]) if (!value) body.delete(name);
});

// The same address once more is no step to go back over.
document.addEventListener("htmx:before:history:update", (event) => {
  if (event.detail.history.path === location.pathname + location.search) event.preventDefault();
});

document.addEventListener("htmx:after:swap", (event) => {
  const form = filterForm(event);
  if (!form) return;
  // What the form sends can't be wrong: a wrong value came with the address, and is gone from it.
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    field.closest(".filter-field").classList.remove("utrecht-form-field--invalid");
  }
  for (const error of form.querySelectorAll(".filter-field__error")) error.remove();
  const found = document.querySelectorAll("[data-announce]");
  document.getElementById("announcer").textContent = [...found]
    .map((element) => element.textContent.replace(/\s+/g, " ").trim())
    .join(". ");
});
