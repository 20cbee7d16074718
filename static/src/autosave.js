// The assignment form saves itself while one types: `form[data-autosave]`. It also works without this, by its buttons.

const PAUSE = 800;
const RETRY = 10_000;
// What a browser still sends of a page that is going away.
const MOST_KEPT_ALIVE = 60_000;

const form = document.querySelector("form[data-autosave]");
if (form) autosave(form, document.getElementById("assignment-saved"));

function autosave(form, said) {
  const compare = form.querySelector("[data-compare]");
  const address = form.getAttribute("action");
  let timer = 0;
  // What was typed since the last body was made.
  let unsaved = false;
  // A body without an answer. It is sent again as it was: had it arrived, a newer one would look like a conflict with it.
  let pending = null;
  let sending = null;
  // What came of the last attempt: saved, waiting, invalid, conflict, offline, signedOut or refused.
  let outcome = "saved";
  let leaving = false;
  let held = false;

  function say(text, state) {
    if (said.textContent !== text) said.textContent = text;
    said.dataset.state = state;
    compare.hidden = outcome !== "conflict";
  }

  function fail(state) {
    outcome = state;
    say(form.dataset[state], "problem");
  }

  function again(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  function save() {
    clearTimeout(timer);
    if (leaving || (!unsaved && !pending)) return sending;
    sending ??= send().finally(() => {
      sending = null;
      said.classList.remove("is-busy");
      // Typed while it was on its way.
      if (unsaved && outcome === "saved") again(PAUSE);
    });
    return sending;
  }

  async function send() {
    if (!pending) {
      pending = new FormData(form);
      pending.set("action", "autosave");
      unsaved = false;
    }
    said.classList.add("is-busy");
    try {
      let response = await post();
      // Whoever signed in again in another tab has another token since.
      if (response.status === 403 && (await renewToken())) response = await post();
      if (response.type === "opaqueredirect") return retry("signedOut");
      if (response.status >= 500 || response.status === 429) return retry("offline");
      const answer = response.ok ? await response.json() : { state: "refused" };
      pending = null;
      take(answer);
    } catch {
      retry("offline");
    }
  }

  function post() {
    const size = [...pending.values()].reduce((sum, value) => sum + value.length, 0);
    return fetch(address, {
      method: "POST",
      body: pending,
      redirect: "manual",
      keepalive: document.visibilityState === "hidden" && size < MOST_KEPT_ALIVE,
    });
  }

  async function renewToken() {
    const response = await fetch(address, { redirect: "manual" });
    if (!response.ok) return false;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]")?.value;
    if (!token) return false;
    form.elements.csrfmiddlewaretoken.value = token;
    pending.set("csrfmiddlewaretoken", token);
    return true;
  }

  function retry(state) {
    fail(state);
    again(RETRY);
  }

  function take(answer) {
    outcome = answer.state;
    if (answer.state === "saved") {
      mark({});
      for (const notice of form.querySelectorAll("[data-problem]")) notice.remove();
      form.elements.read_as.value = answer.read_as;
      for (const [name, key] of Object.entries(answer.keys)) form.elements.namedItem(name).value = key;
      for (const [id, html] of Object.entries(answer.parts)) replace(document.getElementById(id), html);
      // What was typed since is on its way next, and said to be saved then.
      if (!unsaved) say(answer.text, "saved");
      return;
    }
    unsaved = true;
    if (answer.state === "invalid") mark(answer.problems);
    if (answer.state === "waiting") say(answer.text, "waiting");
    else fail(answer.state);
    // What belongs to no field is said here.
    if (answer.problems?.[""]) say(answer.problems[""].join(" "), "problem");
  }

  function replace(part, html) {
    if (part && part.innerHTML !== html) part.innerHTML = html;
  }

  // Say what is wrong at its field, but not at the one in which someone is typing.
  function mark(problems) {
    for (const found of form.querySelectorAll(".utrecht-form-field-error-message")) found.remove();
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    for (const box of form.querySelectorAll(".utrecht-form-field--invalid")) box.classList.remove("utrecht-form-field--invalid");
    for (const [name, texts] of Object.entries(problems)) {
      const input = form.elements.namedItem(name);
      const box = input?.closest?.(".utrecht-form-field");
      if (!box || input === document.activeElement) continue;
      const error = document.createElement("div");
      error.className = "utrecht-form-field-error-message";
      error.id = `${input.id}_error`;
      error.textContent = texts.join(" ");
      box.querySelector("label").after(error);
      box.classList.add("utrecht-form-field--invalid");
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", error.id);
    }
  }

  function typed(event) {
    const name = event.target.name ?? "";
    // What belongs to a button of its own is not typed into the step.
    if (name === "find" || name.startsWith("every-")) return;
    unsaved = true;
    again(PAUSE);
  }
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("focusout", () => unsaved && again(PAUSE / 4));

  // A button saves what was typed first: where that fails, the page and the text on it stay.
  form.addEventListener("submit", async (event) => {
    if (held) return event.preventDefault();
    if (leaving || (!unsaved && !pending && !sending)) {
      leaving = true;
      return;
    }
    event.preventDefault();
    held = true;
    await save();
    if ((unsaved || pending) && outcome === "saved") await save();
    held = false;
    if (["offline", "signedOut", "refused"].includes(outcome)) return;
    leaving = true;
    form.requestSubmit(event.submitter);
  });
  addEventListener("online", () => save());
  addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" || outcome === "signedOut") save();
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && (unsaved || pending)) event.preventDefault();
  });

  // Another line, without a round to the server.
  form.querySelector("[data-add-row]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const total = form.elements.namedItem("rows-TOTAL_FORMS");
    const pattern = document.getElementById("empty-row").innerHTML;
    const rows = form.querySelector("[data-rows]");
    rows.insertAdjacentHTML("beforeend", pattern.replaceAll("__prefix__", total.value));
    total.value = Number(total.value) + 1;
    // Most lines are of the same year as the one above.
    const years = rows.querySelectorAll("select[name$='-year']");
    if (years.length > 1) years[years.length - 1].value = years[years.length - 2].value;
    rows.lastElementChild.querySelector("input:not([type=hidden]), select").focus();
  });

  // Narrow a long list of choices to those with the words typed; what is ticked stays in sight.
  for (const search of form.querySelectorAll("[data-narrows]")) {
    const choices = document.getElementById(search.dataset.narrows);
    const narrow = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const group of choices.querySelectorAll("[data-group]")) {
        let left = 0;
        for (const choice of group.querySelectorAll("label")) {
          const text = choice.textContent.toLowerCase();
          choice.hidden = !choice.querySelector("input").checked && !words.every((word) => text.includes(word));
          if (!choice.hidden) left += 1;
        }
        group.hidden = left === 0;
        shown += left;
      }
      choices.querySelector("[data-none]").hidden = shown > 0;
    };
    search.addEventListener("input", narrow);
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=find]"));
    });
  }
}
