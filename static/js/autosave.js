// Forms that save themselves: what one types is sent a moment later, and again until it is safe.
// Without this script the same forms are saved by their buttons.
(() => {
  "use strict";
  const PAUSE = 1200;
  const AGAIN = 5000;

  const setUp = (form) => {
    const state = form.querySelector("[data-state]");
    const text = form.elements.text;
    const notice = form.querySelector("[data-conflict]");
    let timer = 0;
    let dirty = false;
    let busy = false;
    let told = false;
    let other = null;

    // Only the first save and every failure are spoken; the rest is there to be seen.
    const say = (words, icon, failed) => {
      if (!state) return;
      state.toggleAttribute("role", false);
      if (failed || !told) state.setAttribute("role", "status");
      state.classList.toggle("is-off", failed);
      const sprite = document.querySelector("svg use")?.getAttribute("href")?.split("#")[0];
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("class", "icon");
      svg.setAttribute("aria-hidden", "true");
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", `${sprite}#${icon}`);
      svg.append(use);
      state.replaceChildren(svg, words);
    };

    const later = (wait) => {
      clearTimeout(timer);
      timer = setTimeout(save, wait);
    };

    // Signing in again, in this tab or another, brings a new token: fetch it before the next try.
    const renew = async () => {
      const page = await fetch(location.href, { credentials: "same-origin" });
      if (page.redirected) return;
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
      const token = fresh.querySelector("input[name=csrfmiddlewaretoken]")?.value;
      if (token) form.elements.csrfmiddlewaretoken.value = token;
    };

    const body = () => {
      const data = new FormData(form);
      for (const name of ["files", "url", "then"]) data.delete(name);
      return data;
    };

    const fail = (words) => {
      dirty = true;
      say(words || form.dataset.failed, "warn", true);
      if (!words) later(AGAIN);
    };

    const settle = async (answer) => {
      const said = await answer.json();
      if (answer.status === 409 && "stored" in said) {
        other = said;
        notice.querySelector("[data-stored]").textContent = said.stored;
        notice.hidden = false;
        return fail(said.refused);
      }
      if (!answer.ok) return fail(said.refused);
      if ("revision" in said) form.elements.revision.value = said.revision;
      say(said.said, "check", false);
      told = true;
    };

    async function save() {
      timer = 0;
      if (other) return;
      if (busy) return later(PAUSE);
      busy = true;
      dirty = false;
      say(form.dataset.saving, "turning", false);
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          body: body(),
          headers: { "X-Autosave": "1" },
          credentials: "same-origin",
          redirect: "manual",
        });
        if (answer.headers.get("Content-Type")?.includes("json")) await settle(answer);
        else {
          await renew();
          fail();
        }
      } catch {
        fail();
      }
      busy = false;
    }

    const count = () => {
      const place = form.querySelector("[data-count]");
      if (!place || !text) return;
      const words = text.value.split(/\s+/).filter(Boolean).length;
      const { few, many, words: plain } = form.dataset;
      const say = words && words < 80 ? few : words > 200 ? many : plain;
      place.textContent = say.replace("{count}", words);
    };

    const changed = (event) => {
      if (["files", "url"].includes(event.target.name)) return;
      dirty = true;
      if (event.target.name === "language" && text) text.lang = event.target.value;
      count();
      later(PAUSE);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);

    notice?.addEventListener("click", (event) => {
      const keep = event.target.closest("[data-keep]")?.dataset.keep;
      if (!keep || !other) return;
      form.elements.revision.value = other.revision;
      if (keep === "theirs") text.value = other.stored;
      other = null;
      notice.hidden = true;
      count();
      save();
      text.focus();
    });

    form.addEventListener("submit", () => {
      clearTimeout(timer);
      dirty = false;
    });
    addEventListener("beforeunload", (event) => {
      if (dirty || other) event.preventDefault();
    });
  };

  for (const form of document.querySelectorAll("form[data-autosave]")) setUp(form);
})();
