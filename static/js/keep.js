// A form that takes a while is kept in this browser as it is written, until the server has it: a reload or a lost
// sign-in loses nothing. It is kept for one person: what somebody else left here is removed, never shown.
(() => {
  "use strict";
  const names = () => {
    try { return Object.keys(localStorage); } catch { return []; } // private windows have no storage
  };
  const drop = (name) => { try { localStorage.removeItem(name); } catch { /* as above */ } };

  // The server has it: nothing needs to stay here.
  for (const done of document.querySelectorAll("[data-keep-done]")) {
    for (const name of names()) if (name.startsWith("interview") && name.endsWith(`:${done.dataset.keepDone}`)) drop(name);
  }

  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const key = form.dataset.keep;
  const state = form.querySelector("[data-keep-state]");
  const [kind, whose] = key.split(":");
  const owner = whose.split(".")[0];
  for (const name of names()) {
    const [other, thing] = name.split(":");
    if (other === kind && thing.split(".")[0] !== owner) drop(name);
  }

  const ours = (name) => name !== "csrfmiddlewaretoken" && !name.endsWith("_FORMS");
  const say = (words, icon) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${state.dataset.sprite}#${icon}`);
    svg.append(use);
    state.replaceChildren(svg, words);
  };

  let spoken = false; // the first time is spoken, the rest is there to be seen
  const keep = () => {
    const said = [...new FormData(form)].filter(([name]) => ours(name));
    const rows = form.elements["plan-TOTAL_FORMS"]?.value ?? 0;
    try { localStorage.setItem(key, JSON.stringify({ said, rows })); } catch { return; }
    if (spoken) state.removeAttribute("role");
    spoken = true;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    say(state.dataset.kept.replace("{time}", time), "check");
  };

  const restore = ({ said, rows }) => {
    form.dispatchEvent(new CustomEvent("keep:rows", { detail: Number(rows) }));
    const values = new Map();
    for (const [name, value] of said) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || !ours(field.name) || field.type === "hidden") continue;
      const kept = values.get(field.name) ?? [];
      if (["radio", "checkbox"].includes(field.type)) field.checked = kept.includes(field.value);
      else if (field.type !== "submit") field.value = kept[0] ?? "";
    }
    form.dispatchEvent(new Event("keep:back"));
    say(state.dataset.back, "info");
  };

  // What the server shows again was sent a moment ago: it is newer than what is kept.
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* as above */ }
  if (kept && !("keepBound" in form.dataset)) restore(kept);

  let pause = 0;
  const soon = () => {
    clearTimeout(pause);
    pause = setTimeout(keep, 300);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("pagehide", () => { if (pause) keep(); });
})();
