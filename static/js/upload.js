// Uploads that show how far they are: each file is a request of its own, three at a time, each with its row.
// Without this script the same fields belong to an ordinary form.
(() => {
  "use strict";
  const AT_ONCE = 3;
  const LIMIT = 25 * 1024 * 1024;
  const LOOK_AGAIN = 3000;

  const readable = (bytes) => {
    const [unit, size] = bytes < 1024 * 1024 ? ["kilobyte", bytes / 1024] : ["megabyte", bytes / 1024 / 1024];
    const digits = unit === "kilobyte" ? 0 : 1;
    return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: digits }).format(size);
  };

  const setUp = (place) => {
    const list = place.querySelector("[data-list]");
    const sender = place.querySelector("[data-send]");
    const waiting = [];
    let running = 0;
    let sent = 0;
    let all = 0;
    let timer = 0;

    // What is being checked changes by itself: look again until everything is settled.
    const refresh = async () => {
      clearTimeout(timer);
      const answer = await fetch(list.dataset.list, { credentials: "same-origin" }).catch(() => null);
      const isThere = answer?.ok && !answer.redirected;
      const isBusy = list.contains(document.activeElement); // nothing is taken away under somebody's finger
      if (isThere && !isBusy) list.innerHTML = await answer.text();
      if (isBusy || list.querySelector("[data-waiting]")) timer = setTimeout(refresh, LOOK_AGAIN);
    };
    if (list.querySelector("[data-waiting]")) timer = setTimeout(refresh, LOOK_AGAIN);
    if (!sender) return;

    const drop = sender.querySelector("[data-drop]");
    const words = drop.dataset;
    const input = drop.querySelector("input[type=file]");
    const queue = sender.querySelector("[data-queue]");
    const told = sender.querySelector("[data-told]");
    const blank = sender.querySelector("template[data-row]");
    const plain = sender.querySelector("[data-plain]");
    if (plain) plain.hidden = true;
    input.required = false;
    input.removeAttribute("form");
    for (const hint of sender.querySelectorAll("[data-can-drop]")) hint.hidden = false;

    const tell = () => {
      told.textContent = words.done.replace("{done}", sent).replace("{all}", all);
    };

    const next = () => {
      while (running < AT_ONCE && waiting.length) send(waiting.shift());
      if (!running && !waiting.length) tell();
    };

    const row = (file) => {
      const drawn = blank.content.firstElementChild.cloneNode(true);
      const part = (name) => drawn.querySelector(`[data-${name}]`);
      const one = { file, drawn, bar: drawn.querySelector("progress"), said: part("said"), again: part("again"), off: part("off"), seen: part("seen"), request: null };
      part("name").textContent = file.name;
      part("size").textContent = readable(file.size);
      one.bar.setAttribute("aria-label", file.name);
      one.again.append(hidden(file.name));
      one.off.append(hidden(file.name));
      one.seen.append(hidden(file.name));
      one.again.addEventListener("click", () => {
        one.again.hidden = one.seen.hidden = true;
        one.off.hidden = false;
        drawn.classList.remove("is-refused");
        one.bar.hidden = false;
        waiting.push(one);
        next();
      });
      const leave = () => {
        const index = waiting.indexOf(one);
        if (index >= 0) waiting.splice(index, 1);
        one.request?.abort();
        drawn.remove();
        input.focus();
      };
      one.off.addEventListener("click", leave);
      one.seen.addEventListener("click", leave);
      queue.append(drawn);
      return one;
    };

    const hidden = (name) => {
      const span = document.createElement("span");
      span.className = "visually-hidden";
      span.textContent = ` ${name}`;
      return span;
    };

    const fail = (one, why, mayTryAgain) => {
      one.drawn.classList.add("is-refused");
      one.bar.hidden = true;
      one.said.textContent = why;
      one.again.hidden = !mayTryAgain;
      one.off.hidden = true;
      one.seen.hidden = false;
      told.textContent = `${one.file.name}: ${why}`;
    };

    const settle = (one, request) => {
      const isJson = request.getResponseHeader("Content-Type")?.includes("json");
      if (!isJson) return fail(one, request.status === 413 ? words.big : words.out, request.status !== 413);
      const said = JSON.parse(request.responseText);
      if (request.status !== 200) return fail(one, said.refused, false);
      sent += 1;
      one.drawn.remove();
      told.textContent = said.said;
      return refresh();
    };

    const send = (one) => {
      const body = new FormData();
      const { code, facet } = sender.dataset;
      if (code) body.append("code", code);
      if (facet) body.append("facet", facet);
      body.append("files", one.file);
      const request = new XMLHttpRequest();
      one.request = request;
      running += 1;
      request.open("POST", sender.dataset.send);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      request.upload.addEventListener("progress", (event) => {
        const part = event.lengthComputable ? Math.floor((100 * event.loaded) / event.total) : 0;
        one.bar.value = part;
        one.said.textContent = `${words.sending} ${part} %`;
      });
      request.addEventListener("load", () => settle(one, request));
      request.addEventListener("error", () => fail(one, words.failed, true));
      request.addEventListener("loadend", () => {
        running -= 1;
        one.request = null;
        next();
      });
      request.send(body);
    };

    const take = (files) => {
      for (const file of files) {
        const one = row(file);
        all += 1;
        if (file.size > LIMIT) fail(one, words.big, false);
        else waiting.push(one);
      }
      next();
    };

    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = "";
      take(files);
    });

    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("is-over");
      take([...event.dataTransfer.files]);
    });
    addEventListener("beforeunload", (event) => {
      if (running || waiting.length) event.preventDefault();
    });
  };

  for (const place of document.querySelectorAll("[data-uploads]")) setUp(place);
})();
