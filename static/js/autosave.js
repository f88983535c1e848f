// Forms that save themselves: what one types is sent a moment later, and again until the server has it. A form
// with data-kept="owner.thing" keeps it in the browser until then; one with `data-stay`, one of many on its
// page, never leaves the page. Without this script the same forms are saved by their buttons. The server overwrites nothing: where two windows differ, both texts are shown.
(() => {
  "use strict";
  const PAUSE = 1200;
  const APART = ["csrfmiddlewaretoken", "revision", "files", "url", "then"];

  const setUp = (form) => {
    const place = form.querySelector("[data-state]");
    const words = { ...form.dataset, ...place?.dataset };
    const show = keeping.speaker(place, words);
    const shelf = form.dataset.kept && keeping.shelf("autosave", form.dataset.kept);
    const name = new URL(form.action).pathname;
    const notice = form.querySelector("[data-conflict]");
    const text = form.elements.text;
    const revision = form.elements.revision;

    const fields = () => [...new FormData(form)].filter(([field, value]) => !APART.includes(field) && typeof value === "string");
    const content = () => JSON.stringify(fields());
    const touched = [...form.elements].filter(keeping.isTouched).map((field) => field.name);
    const early = fields().filter(([field]) => touched.includes(field));
    let acknowledged = early.length ? null : content(); // what the server has
    let tried = []; // what was sent since, whether it arrived or not
    let other = null; // what another window saved instead
    let safe = true; // the browser keeps what is unsent
    const isDirty = () => content() !== acknowledged;
    const fill = (values) => {
      for (const field of form.elements) {
        if (!(field.name in values) || APART.includes(field.name)) continue;
        if (field.type === "radio") field.checked = field.value === values[field.name];
        else field.value = values[field.name];
      }
    };
    const same = (one, two) => [...new Set([...Object.keys(one), ...Object.keys(two)])].every((field) => String(one[field] ?? "").trim() === String(two[field] ?? "").trim());

    const keep = () => { if (shelf && !sender.isLocked()) safe = shelf.put(name, { fields: fields(), revision: revision?.value, tried }); };
    const sender = keeping.sender({
      form, words, show, again: () => flush(),
      onLock(locked) {
        if (locked) shelf?.drop(name);
        else if (isDirty()) keep();
      },
    });

    const differ = (said, sent) => {
      const values = said.values ?? { ...Object.fromEntries(JSON.parse(sent)), text: said.stored };
      if (tried.some((once) => same(Object.fromEntries(JSON.parse(once)), values))) {
        revision.value = said.revision; // our own earlier try arrived, and its receipt was lost
        return post(sent);
      }
      other = said;
      notice.querySelector("[data-stored]").textContent = said.stored;
      notice.hidden = false;
      show(said.refused, { icon: "warn", off: true });
      return false;
    };

    async function post(sent, again = true) {
      const body = new FormData(form);
      for (const field of ["files", "url", "then"]) body.delete(field);
      const answer = await fetch(form.action, {
        method: "POST", body, headers: { "X-Autosave": "1" }, redirect: "manual", keepalive: sent.length < 20000,
      });
      if (sender.isElsewhere(answer)) return (await sender.renewed()) && (again ? post(sent, false) : sender.failed());
      if (!answer.ok && answer.status !== 409 && answer.status !== 422) {
        answer.body?.cancel();
        return sender.failed();
      }
      const said = await answer.json();
      sender.done();
      if (answer.status === 409) return differ(said, sent);
      if (!answer.ok) { // refused: to try the same again would not help
        show(said.refused, { icon: "warn", off: true });
        return false;
      }
      acknowledged = sent;
      tried = [];
      if (revision && "revision" in said) revision.value = said.revision;
      if (isDirty()) keep();
      else shelf?.drop(name);
      tally(form, isDirty());
      show(said.said);
      return true;
    }

    const run = async () => {
      sender.begin();
      try {
        while (isDirty() && !other) {
          show(words.saving, { icon: "turning" });
          const sent = content();
          if (!tried.includes(sent)) tried.push(sent);
          keep();
          if (!(await post(sent))) return false;
        }
      } catch {
        return sender.failed(); // no network, or the server is starting again
      }
      return !other;
    };
    let running = null;
    function flush() {
      running ??= run().finally(() => { running = null; });
      return running;
    }

    // --- What people do ---
    const count = () => {
      const line = form.querySelector("[data-count]");
      if (!line || !text) return;
      const number = wordsIn(text.value, text.lang);
      const { few, many, words: plain } = form.dataset;
      line.textContent = (number && number < 80 ? few : number > 200 ? many : plain).replace("{count}", number);
    };
    let pause = 0;
    const changed = (event) => {
      if (APART.includes(event.target.name)) return;
      if (event.target.name === "language" && text) text.lang = event.target.value;
      count();
      if (isDirty()) keep();
      tally(form, isDirty());
      clearTimeout(pause);
      pause = setTimeout(flush, PAUSE);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);

    notice?.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-keep]")?.dataset.keep;
      if (!choice || !other) return;
      revision.value = other.revision;
      if (choice === "theirs") fill(other.values ?? { text: other.stored });
      other = null;
      notice.hidden = true;
      acknowledged = null; // whichever it is, the server says so again
      count();
      flush();
      (text ?? form.querySelector("textarea")).focus();
    });

    let going = false;
    form.addEventListener("submit", async (event) => {
      if (going) return;
      const stays = "stay" in form.dataset;
      if (!stays && !isDirty() && !other) return;
      event.preventDefault();
      clearTimeout(pause);
      if (stays) return void flush();
      if (await flush()) {
        going = true;
        form.requestSubmit(event.submitter);
        going = false;
      } else notice?.querySelector("button")?.focus();
    });
    addEventListener("beforeunload", (event) => { if (other || (isDirty() && !(shelf && safe))) event.preventDefault(); });
    const look = () => { if (isDirty() && !other) flush(); };
    for (const moment of ["online", "focus", "pagehide"]) addEventListener(moment, look);
    document.addEventListener("visibilitychange", look);

    // --- Begin: what was kept from before goes to the server first ---
    const left = shelf && new Map(shelf.all()).get(name);
    if (left) {
      fill(Object.fromEntries([...left.fields, ...early]));
      if (revision) revision.value = left.revision;
      tried = left.tried;
    }
    if (!left && !early.length) return;
    count();
    tally(form, isDirty());
    if (isDirty()) flush();
    else shelf?.drop(name);
  };

  // How many forms of this page the server has not got yet.
  const unsent = new Set();
  const tally = (form, open) => {
    if (open) unsent.add(form);
    else unsent.delete(form);
    const board = document.querySelector("[data-unsent]");
    if (!board) return;
    board.hidden = !unsent.size;
    board.textContent = board.dataset.unsent.replace("{count}", unsent.size);
  };

  const wordsIn = (said, language) => {
    if (!globalThis.Intl?.Segmenter) return said.split(/\s+/).filter(Boolean).length;
    return [...new Intl.Segmenter(language || undefined, { granularity: "word" }).segment(said)].filter((part) => part.isWordLike).length;
  };

  // What waits in this browser from other pages: each with its way there.
  for (const box of document.querySelectorAll("[data-kept-here]")) {
    const left = keeping.shelf("autosave", box.dataset.keptHere).all();
    box.hidden = !left.length;
    box.querySelector("[data-list]").replaceChildren(...left.map(([path]) => {
      const item = document.createElement("li");
      const [code, facet] = path.split("/").slice(-3).map(decodeURIComponent);
      item.append(Object.assign(document.createElement("a"), { href: path, textContent: `${code} ${box.dataset[facet] ?? ""}` }));
      return item;
    }));
  }
  for (const form of document.querySelectorAll("form[data-autosave]")) setUp(form);
})();
