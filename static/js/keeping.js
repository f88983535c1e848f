// What all forms that save themselves have in common: saying how it stands, keeping in the browser what the
// server has not acknowledged, trying again, and signing in again in place, as the same person. A form with
// data-keep="kind:owner.thing" saves nothing by itself, and is kept in the browser until its button is pressed.
(() => {
  "use strict";
  const waits = [5, 10, 20, 40, 60]; // seconds until the next try

  // `words` are the sentences of the page, as data attributes. Of the failures every one is spoken, of the
  // saves the first: the rest is there to be seen.
  const speaker = (place, words) => {
    let spoken = false;
    const sprite = words.sprite ?? document.querySelector("svg use")?.getAttribute("href")?.split("#")[0];
    const show = (text, { icon = "check", off = false, loud = off, links = [] } = {}) => {
      if (!place) return;
      place.setAttribute("aria-live", loud || (icon === "check" && !spoken) ? "polite" : "off");
      if (icon === "check" && !off) spoken = true;
      place.classList.toggle("is-off", off);
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("class", "icon");
      svg.setAttribute("aria-hidden", "true");
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", `${sprite}#${icon}`);
      svg.append(use);
      const line = document.createElement("span");
      line.append(text);
      for (const link of links) line.append(" ", link);
      place.replaceChildren(svg, line);
    };
    show.silently = (text) => { show(text); spoken = false; };
    return show;
  };

  // The browser's own storage, under `area:owner.thing:`. What another person of this browser left unsent is not
  // for this one: it leaves the browser. Private windows have no storage: the page itself still holds everything.
  const areas = ["self-assessment", "autosave", "interview", "text"];
  const shelf = (area, key) => {
    const prefix = `${area}:${key}:`;
    const owner = key.split(".")[0];
    const tidy = () => {
      for (const name of Object.keys(localStorage)) {
        const [kind, whole] = name.split(":");
        const whose = areas.includes(kind) && whole?.split(".")[0];
        if (whose && whose !== owner && whose !== "try" && owner !== "try") localStorage.removeItem(name);
      }
    };
    return {
      put(name, value) {
        try { localStorage.setItem(prefix + name, JSON.stringify(value)); return true; } catch { return false; }
      },
      drop(name) { try { localStorage.removeItem(prefix + name); } catch { /* nothing was kept */ } },
      all() {
        try {
          tidy();
          const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
          return names.map((name) => [name.slice(prefix.length), JSON.parse(localStorage.getItem(name))]);
        } catch { return []; }
      },
    };
  };

  // Trying again: `again` is called after 5, 10, 20 … seconds; while somebody else is signed in, `onLock` takes
  // what was typed out of sight and out of the browser's storage, for the person who typed it.
  const sender = ({ form, words, show, again, onLock = () => {} }) => {
    let failures = 0;
    let timer = 0;
    const later = () => { // who goes on meanwhile does not wait the longer for it
      const seconds = waits[Math.min(failures, waits.length - 1)];
      clearTimeout(timer);
      timer = setTimeout(() => { failures += 1; again(); }, seconds * 1000);
      return seconds;
    };
    const failed = () => {
      const seconds = later();
      if (navigator.onLine) show(words.failed?.replace("%s", seconds), { icon: "warn", off: true });
      else show(words.offline ?? words.failed, { icon: "pause", off: true });
      return false;
    };
    const lock = (locked) => {
      if (form.classList.contains("is-locked") === locked) return;
      form.classList.toggle("is-locked", locked);
      onLock(locked);
    };
    const mark = ["assessment", "kept", "autosave"].find((name) => name in form.dataset);
    // A new sign-in has a new token. Whoever is signed in now must be the same person.
    const renewed = async () => {
      const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") {
        later();
        const back = `${words.signInUrl}?next=${encodeURIComponent(location.pathname)}`;
        const link = Object.assign(document.createElement("a"), { href: back, target: "_blank", rel: "noopener", textContent: words.signIn });
        show(words.signedOut ?? words.failed, { icon: "lock", off: true, links: words.signInUrl ? [link] : [] });
        return false;
      }
      if (answer.status === 404) {
        answer.body?.cancel();
        lock(true);
        later();
        show(words.other ?? words.failed, { icon: "lock", off: true });
        return false;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const same = [...page.querySelectorAll(`form[data-${mark}]`)].find((other) => other.dataset[mark] === form.dataset[mark]);
      if (!answer.ok || !same) return failed();
      const fresh = same.elements.csrfmiddlewaretoken.value;
      for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = fresh;
      lock(false);
      return true;
    };
    return {
      failed,
      renewed,
      // Signed out, or another person's token: nobody may be there, or somebody else.
      isElsewhere: (answer) => answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404,
      begin: () => clearTimeout(timer),
      done: () => { failures = 0; lock(false); },
      isLocked: () => form.classList.contains("is-locked"),
    };
  };

  // Where the server says that it has the thing, nothing of it needs to stay in this browser.
  const forget = (done) => {
    const [kind, thing] = done.split(":");
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(kind) && name.split(":")[1] === thing) localStorage.removeItem(name);
      }
    } catch { /* nothing was kept */ }
  };

  // A form that takes a while, kept as it is written: a reload or a lost sign-in loses nothing. What the server
  // shows again (data-keep-bound) was sent a moment ago: it is newer than what is kept.
  const keepWhole = (form) => {
    const [kind, thing] = form.dataset.keep.split(":");
    const kept = shelf(kind, thing);
    const words = form.querySelector("[data-keep-state]");
    const show = speaker(words, words.dataset);
    const ours = (name) => name !== "csrfmiddlewaretoken" && !name.endsWith("_FORMS");

    const keep = () => {
      const said = [...new FormData(form)].filter(([name]) => ours(name));
      if (!kept.put("form", { said, rows: form.elements["plan-TOTAL_FORMS"]?.value ?? 0 })) return;
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      show(words.dataset.kept.replace("{time}", time));
    };
    const restore = ({ said, rows }) => {
      form.dispatchEvent(new CustomEvent("keep:rows", { detail: Number(rows) }));
      const values = new Map();
      for (const [name, value] of said) values.set(name, [...(values.get(name) ?? []), value]);
      for (const field of form.elements) {
        if (!field.name || !ours(field.name) || field.type === "hidden") continue;
        const before = values.get(field.name) ?? [];
        if (["radio", "checkbox"].includes(field.type)) field.checked = before.includes(field.value);
        else if (field.type !== "submit") field.value = before[0] ?? "";
      }
      form.dispatchEvent(new Event("keep:back"));
      show(words.dataset.back, { icon: "info", loud: true });
    };

    const [[, before] = []] = kept.all();
    if (before && !("keepBound" in form.dataset)) restore(before);
    let pause = 0;
    const soon = () => {
      clearTimeout(pause);
      pause = setTimeout(keep, 300);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    addEventListener("pagehide", () => { if (pause) keep(); });
  };

  // Whether somebody chose or typed before the script was there. What the browser filled in again by itself would look
  // the same: forms that ask this say autocomplete="off".
  const isTouched = (field) => {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.options) return field.selectedIndex !== Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
    return field.type !== "file" && "defaultValue" in field && field.value !== field.defaultValue;
  };

  globalThis.keeping = { speaker, shelf, sender, isTouched };
  for (const place of document.querySelectorAll("[data-keep-done]")) forget(place.dataset.keepDone);
  for (const form of document.querySelectorAll("form[data-keep]")) keepWhole(form);
})();
