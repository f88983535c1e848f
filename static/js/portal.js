// The portal's only script. Every page works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const on = (type, handle) => document.addEventListener(type, handle);
  const closest = (event, selector) => event.target.closest?.(selector);

  // Light or dark: the choice is a cookie, so that the server draws the next page right from its first byte.
  const isDark = () => (root.dataset.bsTheme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  for (const button of document.querySelectorAll("[data-theme-toggle]")) button.hidden = false;
  const toggleTheme = () => {
    root.dataset.bsTheme = isDark() ? "light" : "dark";
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `theme=${root.dataset.bsTheme};path=/;max-age=31536000;samesite=lax${secure}`;
  };

  // The time zone of this device is offered until the person chooses another.
  for (const select of document.querySelectorAll("select[data-guess-zone]")) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!select.value && [...select.options].some((option) => option.value === zone)) select.value = zone;
  }

  // 0 to 4 rates the group that has the focus, 0 to 2 an auditor's.
  on("keydown", (event) => {
    const group = event.target.type === "radio" && closest(event, ".rings, [data-levels]");
    if (!group || event.ctrlKey || event.metaKey || event.altKey || !/^[0-4]$/.test(event.key)) return;
    const radio = group.querySelector(`input[value="${event.key}"]:not(:disabled)`);
    if (!radio) return;
    event.preventDefault();
    radio.focus();
    if (radio.checked) return;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Ctrl and Enter sends the form one is writing in.
  on("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const button = closest(event, "form")?.querySelector("button[aria-keyshortcuts='Control+Enter']");
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  // The words of the chosen level appear at once; without JavaScript they come with the saved page.
  on("change", (event) => {
    const label = closest(event, ".rings label");
    const say = label?.closest(".rate")?.querySelector(".rate-say");
    if (!say) return;
    const word = document.createElement("b");
    word.textContent = `${label.dataset.word}.`;
    say.replaceChildren(word, ` ${label.dataset.say}`);
  });

  // The button repeats the chosen time in words: "Book Thursday 15 May, 19:30".
  const sayChoice = (input) => {
    const button = input.form?.querySelector("button[data-words]");
    if (button) button.textContent = button.dataset.words.replace("{time}", input.dataset.words);
  };
  for (const input of document.querySelectorAll("input[data-words]:checked")) sayChoice(input);
  on("change", (event) => {
    if (event.target.matches?.("input[data-words]")) sayChoice(event.target);
  });

  // A time that is kept: how long still, beside the hour that the page names anyway.
  for (const kept of document.querySelectorAll("[data-held]")) {
    const left = kept.querySelector("[data-left]");
    const over = kept.querySelector("[data-over]");
    const end = Date.now() + 1000 * kept.dataset.held;
    const count = () => {
      const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
      left.hidden = false;
      left.textContent = `(${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")})`;
      if (seconds) return;
      clearInterval(ticking);
      over.textContent = over.dataset.over;
    };
    const ticking = setInterval(count, 1000);
    count();
  }

  // A form is sent once. The button keeps its focus and says so, instead of vanishing from the keyboard.
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    if (button.dataset.busy) button.textContent = button.dataset.busy;
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return; // back from the next page: the form may be sent again
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll(".btn[aria-disabled]")) button.removeAttribute("aria-disabled");
  });

  on("click", (event) => {
    if (closest(event, "[data-theme-toggle]")) return toggleTheme();
    if (closest(event, "[data-print]")) return print();

    // What cannot be undone asks first. The opener is a link or button that works without this script.
    const opener = closest(event, "[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      return dialog.showModal();
    }
    const closer = closest(event, "[data-close]");
    if (closer) return closer.closest("dialog")?.close();

    const copier = closest(event, "[data-copy]");
    const source = copier && document.getElementById(copier.dataset.copy);
    if (source) {
      navigator.clipboard?.writeText(source.value ?? source.innerText).then(() => {
        copier.textContent = copier.dataset.copied;
      });
    }
  });
})();
