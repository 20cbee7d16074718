// The assignment form saves itself while one types: `form[data-autosave]`. It also works without this, by its buttons.

const PAUSE = 800;
const RETRY = 10_000;

const form = document.querySelector("form[data-autosave]");
if (form) {
  const said = document.getElementById("assignment-saved");
  let timer = 0;
  let sending = false;
  let unsaved = false;
  let leaving = false;

  const say = (text, state) => {
    if (said.textContent !== text) said.textContent = text;
    said.dataset.state = state;
  };

  const problems = (found) => {
    for (const field of form.querySelectorAll("[data-autosave-error]")) field.remove();
    for (const [name, texts] of Object.entries(found)) {
      const input = form.elements.namedItem(name);
      const box = input?.closest?.(".utrecht-form-field");
      if (!box) continue;
      const error = document.createElement("div");
      error.className = "utrecht-form-field-error-message";
      error.dataset.autosaveError = "";
      error.textContent = texts.join(" ");
      box.querySelector("label").after(error);
    }
  };

  const again = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  async function save() {
    clearTimeout(timer);
    if (!unsaved || leaving) return;
    if (sending) return again(PAUSE);
    sending = true;
    unsaved = false;
    say(form.dataset.saving, "");
    const body = new FormData(form);
    body.set("action", "autosave");
    try {
      const response = await fetch(form.getAttribute("action"), { method: "POST", body, redirect: "error" });
      if (leaving) return;
      if (response.status >= 500) throw new Error(String(response.status));
      if (!response.ok) return refuse();
      take(await response.json());
    } catch (error) {
      unsaved = true;
      // A redirect leads to the sign-in page; anything else is a lost connection.
      say(form.dataset.offline, "problem");
      again(RETRY);
    } finally {
      sending = false;
    }
  }

  function refuse() {
    unsaved = true;
    say(form.dataset.refused, "problem");
  }

  function take(answer) {
    if (answer.state === "saved") {
      problems({});
      form.elements.read_as.value = answer.read_as;
      for (const [name, key] of Object.entries(answer.keys)) form.elements.namedItem(name).value = key;
      document.getElementById("assignment-steps").innerHTML = answer.progress;
      say(answer.text, "saved");
    } else {
      unsaved = true;
      if (answer.state === "invalid") problems(answer.problems);
      say(answer.state === "invalid" ? form.dataset.invalid : form.dataset.conflict, "problem");
    }
  }

  const typed = (event) => {
    // What belongs to a button of its own is not typed into the step.
    if (event.target.name?.startsWith("every-")) return;
    unsaved = true;
    again(PAUSE);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("focusout", () => unsaved && again(PAUSE / 4));
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (sending) {
      // What is on its way is saved first: two versions of one's own would look like a conflict.
      event.preventDefault();
      setTimeout(() => form.requestSubmit(event.submitter), 100);
      return;
    }
    leaving = true;
  });
  addEventListener("online", () => unsaved && save());
  addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && (unsaved || sending)) event.preventDefault();
  });

  // Another line, without a round to the server.
  form.querySelector("[data-add-row]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const total = form.elements.namedItem("rows-TOTAL_FORMS");
    const pattern = document.getElementById("empty-row").innerHTML;
    const rows = form.querySelector("[data-rows]");
    rows.insertAdjacentHTML("beforeend", pattern.replaceAll("__prefix__", total.value));
    total.value = Number(total.value) + 1;
    rows.lastElementChild.querySelector("input:not([type=hidden]), select").focus();
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
