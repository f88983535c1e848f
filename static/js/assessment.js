// Answers of a self-assessment are saved as they are given, and kept in the browser until the server has
// them. Without this script the form is posted whole. The server says which answer is stored under which
// revision; where two windows differ it overwrites nothing, and the person chooses.
(() => {
  "use strict";
  const form = document.querySelector("form[data-assessment]");
  if (!form) return;
  const sections = [...form.querySelectorAll("[data-statement]")];
  const bySection = new Map(sections.map((section) => [section.dataset.statement, section]));
  const say = form.querySelector("[data-save-state]");
  const words = say?.dataset ?? {};
  const show = keeping.speaker(say, words);
  const shelf = keeping.shelf("self-assessment", form.dataset.assessment);

  // --- What is not yet acknowledged: {c, p, n, r: the revision it was based on, tried: what was sent} ---
  const kept = new Map();
  const conflicts = new Map(); // what is stored instead, by statement
  const store = (pk) => kept.has(pk) ? shelf.put(pk, kept.get(pk)) : shelf.drop(pk);
  const content = ({ c, p, n }) => JSON.stringify([c, p, n.trim()]);

  // --- The page ---
  const field = (pk, name) => form.elements[name + pk];
  const read = (pk) => ({
    c: field(pk, "c")?.value ?? "", p: field(pk, "p")?.value ?? "", n: field(pk, "n")?.value ?? "",
    r: field(pk, "r").value, tried: kept.get(pk)?.tried ?? [],
  });
  let quiet = false; // while the script itself fills in answers
  const write = (pk, { c, p, n, r }) => {
    quiet = true;
    for (const [name, value] of [["c", c], ["p", p]]) {
      for (const radio of bySection.get(pk).querySelectorAll(`input[name="${name}${pk}"]`)) {
        radio.checked = radio.value === value;
        if (radio.checked) radio.dispatchEvent(new Event("change", { bubbles: true })); // portal.js says it in words
      }
    }
    const note = field(pk, "n");
    if (note) note.value = n;
    if (note && n) note.closest("details").open = true;
    field(pk, "r").value = r;
    quiet = false;
  };
  const area = document.querySelector(".areas a[aria-current]");
  const total = document.querySelector("[data-rated]");
  const progress = () => {
    if (!area || !total) return;
    const rated = sections.filter((section) => [...section.querySelectorAll(".rings")].every((rings) => rings.querySelector(":checked"))).length;
    const shown = area.querySelector("[data-area-rated]");
    total.textContent = Number(total.textContent) + rated - Number(shown.textContent);
    shown.textContent = rated;
    area.querySelector("progress").value = rated;
    document.querySelector("[data-rated-bar]").value = Number(total.textContent);
  };

  // --- Sending ---
  const token = () => form.elements.csrfmiddlewaretoken.value;
  let closed = false; // sent or withdrawn elsewhere: there is nothing to try again
  const sender = keeping.sender({
    form, words, show, again: () => flush(),
    onLock(locked) { for (const pk of kept.keys()) locked ? shelf.drop(pk) : store(pk); },
  });

  const post = async (batch, again = true) => {
    const body = new URLSearchParams();
    for (const [pk, answer] of batch) for (const name of "cpnr") body.set(name + pk, answer[name]);
    const answer = await fetch(form.dataset.save, {
      method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "manual", keepalive: String(body).length < 50000,
    });
    if (!answer.ok && answer.status !== 409) answer.body?.cancel(); // an unread page keeps its connection
    if (sender.isElsewhere(answer)) return (await sender.renewed()) && (again ? post(batch, false) : sender.failed());
    if (answer.status === 409) {
      closed = true;
      show((await answer.json()).refused, { icon: "stop", off: true });
      return false;
    }
    if (!answer.ok) return sender.failed();
    acknowledge(await answer.json(), batch);
    return true;
  };

  const acknowledge = (told, batch) => {
    sender.done();
    for (const [pk, sent] of batch) {
      const now = kept.get(pk) ?? sent;
      const conflict = told.conflicts[pk];
      const revision = String(conflict ? conflict.revision : told.revisions[pk] ?? sent.r);
      if (conflict && !now.tried.includes(content({ c: String(conflict.c ?? ""), p: String(conflict.p ?? ""), n: conflict.n }))) {
        differ(pk, conflict);
        continue;
      }
      // Stored as sent; or our own earlier try arrived and its receipt was lost: go on from there.
      if (bySection.has(pk)) field(pk, "r").value = revision;
      if (!conflict && content(now) === content(sent)) kept.delete(pk);
      else Object.assign(now, { r: revision, tried: [] });
      store(pk);
    }
    if (!choosing()) show(told.said);
  };

  const waiting = () => [...kept].filter(([pk]) => !conflicts.has(pk));
  const run = async () => {
    sender.begin();
    try {
      while (waiting().length && !closed) {
        show(words.saving, { icon: "turning" });
        const batch = waiting().map(([pk, answer]) => [pk, { ...answer }]);
        for (const [pk] of batch) {
          const now = kept.get(pk);
          if (!now.tried.includes(content(now))) now.tried.push(content(now));
          if (!sender.isLocked()) store(pk);
        }
        if (!(await post(batch))) return false;
      }
    } catch {
      return sender.failed(); // no network, or the server is starting again
    }
    return !closed && ![...conflicts.keys()].some((pk) => bySection.has(pk));
  };
  let running = null;
  function flush() {
    running ??= run().finally(() => { running = null; });
    return running;
  }

  // --- Two windows ---
  const choosing = () => {
    const links = [...conflicts.values()].map((conflict) => Object.assign(document.createElement("a"), { href: conflict.url, textContent: conflict.code }));
    if (links.length) show(words.choose ?? "", { icon: "warn", off: true, links });
    return links.length > 0;
  };
  const differ = (pk, conflict) => {
    conflicts.set(pk, conflict);
    const section = bySection.get(pk);
    if (!section) return; // shown when that area is opened
    section.querySelector("[data-conflict]")?.remove();
    section.querySelector(".stmt-body").insertAdjacentHTML("afterbegin", conflict.html);
    const box = section.querySelector("[data-conflict]");
    box.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-take]")?.dataset.take;
      if (!choice) return;
      conflicts.delete(pk);
      box.remove();
      if (choice === "mine") {
        field(pk, "r").value = conflict.revision;
        keep(pk);
      } else {
        write(pk, { c: String(conflict.c ?? ""), p: String(conflict.p ?? ""), n: conflict.n, r: conflict.revision });
        kept.delete(pk);
        store(pk);
        progress();
      }
      section.querySelector("input[type=radio]:checked, input[type=radio]")?.focus();
      if (waiting().length) flush();
      else if (!choosing()) show(words.allSaved);
    });
  };

  // --- What people do ---
  const keep = (pk) => {
    kept.set(pk, read(pk));
    store(pk);
    progress();
  };
  let pause = 0;
  const answered = (event) => {
    const pk = event.target.closest("[data-statement]")?.dataset.statement;
    if (!pk || quiet || closed) return;
    keep(pk);
    clearTimeout(pause);
    pause = setTimeout(flush, event.type === "input" ? 700 : 0);
  };
  form.addEventListener("change", answered);
  form.addEventListener("input", (event) => { if (event.target.matches("textarea")) answered(event); });
  form.addEventListener("focusin", (event) => {
    const section = event.target.closest(".stmt");
    if (!section) return;
    for (const other of sections) other.classList.toggle("is-focus", other === section);
  });

  // --- One statement at a time, or a whole area ---
  const one = () => form.dataset.pace === "one";
  const back = form.querySelector("[data-back]");
  const next = form.querySelector("button[data-one]");
  const pacer = form.querySelector("[data-pacer]");
  const before = back?.getAttribute("href");
  const wholeArea = next?.textContent;
  const current = () => Math.max(sections.findIndex((section) => section.classList.contains("is-focus")), 0);
  const groupOf = (section) => [...section.querySelectorAll(".rings")].find((rings) => !rings.querySelector(":checked")) ?? section.querySelector(".rings");
  const rateHere = (rings) => (rings?.querySelector(":checked") ?? rings?.querySelector("input"))?.focus();
  const turnTo = (number) => {
    for (const [n, section] of sections.entries()) section.classList.toggle("is-focus", n === number);
    const said = pacer.querySelector("[data-place]");
    said.textContent = one() ? said.dataset.place.replace("{number}", number + 1).replace("{count}", sections.length) : "";
    const inside = one() && number > 0;
    if (inside) back.href = `#${sections[number - 1].id}`;
    else if (before) back.href = one() ? `${before}#end` : before;
    back.hidden = !inside && !before;
    next.textContent = one() && number < sections.length - 1 ? next.dataset.one : wholeArea;
  };
  const leaf = (number) => { // a page of the book: the browser's own way back leads through them
    turnTo(number);
    history.pushState(null, "", `#${sections[number].id}`);
    rateHere(groupOf(sections[number]));
  };
  const named = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    return id === "end" ? sections.length - 1 : sections.findIndex((section) => section.id === id);
  };
  const follow = () => {
    const number = named();
    if (!one() || number < 0) return;
    turnTo(number);
    rateHere(groupOf(sections[number]));
  };
  const beginPaces = () => {
    form.classList.add("has-script");
    pacer.hidden = false;
    const number = named();
    turnTo(number < 0 ? current() : number);
    const arrived = ["#go", "#end"].includes(location.hash); // from the area before or behind
    const here = sections[current()];
    if (one() || arrived) history.replaceState(null, "", one() ? `#${here.id}` : location.pathname);
    if (arrived) rateHere(groupOf(here));
    pacer.addEventListener("click", (event) => {
      const pace = event.target.closest("[data-pace]")?.dataset.pace;
      if (!pace) return;
      form.dataset.pace = pace;
      const secure = location.protocol === "https:" ? ";secure" : "";
      document.cookie = `pace=${pace};path=/;max-age=31536000;samesite=lax${secure}`;
      for (const button of pacer.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.pace === pace));
      turnTo(current());
      history.replaceState(null, "", one() ? `#${sections[current()].id}` : location.pathname);
    });
    addEventListener("popstate", follow);
    addEventListener("hashchange", follow);
  };
  // Enter goes on, Shift and Enter goes back: to the next question, statement, area.
  form.addEventListener("keydown", (event) => {
    const here = event.key === "Enter" && event.target.matches(".rings input") && event.target.closest(".rings");
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); // else it would send the form
    const groups = [...form.querySelectorAll(".rings")];
    const there = groups[groups.indexOf(here) + (event.shiftKey ? -1 : 1)];
    const section = there?.closest("[data-statement]");
    if (there && one() && section !== here.closest("[data-statement]")) leaf(sections.indexOf(section));
    if (there) rateHere(there);
    else if (!event.shiftKey) next.click();
    else if (before) location.assign(`${before}#end`);
  });
  form.addEventListener("submit", async (event) => {
    if (!form.dataset.next) return; // the last page is sent as a form
    event.preventDefault();
    clearTimeout(pause);
    if (one() && current() < sections.length - 1) {
      leaf(current() + 1);
      flush();
    } else if (await flush()) location.assign(form.dataset.next + (document.activeElement === next && !one() ? "" : "#go"));
    else form.querySelector("[data-conflict] button")?.focus();
  });
  addEventListener("online", flush);
  const look = () => { if (kept.size) flush(); };
  addEventListener("focus", look);
  addEventListener("pagehide", look);
  document.addEventListener("visibilitychange", () => {
    if (kept.size) flush();
    else if (!document.hidden && form.dataset.next) sender.renewed().catch(() => {}); // is it still the same person?
  });

  // --- Begin: what was kept from before goes to the server first ---
  for (const [pk, answer] of shelf.all()) kept.set(pk, answer);
  for (const [pk, section] of bySection) { // and what was chosen before this script was there
    const early = [...section.querySelectorAll("input, textarea")].filter(keeping.isTouched).map((field) => field.name[0]);
    if (!early.length) continue;
    const here = read(pk);
    const left = kept.get(pk) ?? here;
    kept.set(pk, { ...left, ...Object.fromEntries(early.map((name) => [name, here[name]])) });
    store(pk);
  }
  if (pacer) beginPaces();
  if (!kept.size) {
    show.silently(words.idle);
    return;
  }
  for (const [pk, answer] of kept) if (bySection.has(pk)) write(pk, answer);
  progress();
  flush().then(() => {
    if (form.dataset.next) return;
    if (conflicts.size) location.assign([...conflicts.values()][0].url); // to choose before sending
    else if (!kept.size) location.reload(); // what is still open may have changed
  });
})();
