// The rows of an action plan: a gap becomes a step with one click, and there is always room for another one.
// Without this script the boxes of the gaps become steps when the form is sent, and three rows are empty.
(() => {
  "use strict";
  const plan = document.querySelector("[data-plan]");
  if (!plan) return;
  const rows = plan.querySelector("[data-rows]");
  const blank = plan.querySelector("template[data-row]");
  const more = plan.querySelector("[data-add-row]");
  const said = plan.querySelector("[data-plan-said]");
  const form = plan.closest("form");
  const total = form.elements["plan-TOTAL_FORMS"];
  const most = Number(plan.dataset.most);

  const field = (number, name) => form.elements[`plan-${number}-${name}`];
  const count = () => Number(total.value);
  const isFree = (number) => !["text", "statement", "due_on", "owner_name"].some((name) => field(number, name).value.trim());
  const isIn = (statement) => [...Array(count()).keys()].some((number) => field(number, "statement").value === statement && !field(number, "remove")?.checked);

  const add = () => {
    if (count() >= most) return -1;
    const number = count();
    const html = blank.innerHTML.replaceAll("__prefix__", number).replaceAll("__number__", number + 1);
    rows.insertAdjacentHTML("beforeend", html);
    total.value = number + 1;
    return number;
  };
  const free = () => {
    const found = [...Array(count()).keys()].find(isFree);
    return found ?? add();
  };
  const sync = () => {
    for (const gap of plan.querySelectorAll("[data-gap]")) {
      const inside = isIn(gap.dataset.gap);
      gap.querySelector("[data-gap-in]").hidden = !inside;
      const button = gap.querySelector("[data-gap-add]");
      button.hidden = inside;
    }
    more.hidden = count() >= most;
  };

  const take = (gap) => {
    const number = free();
    if (number < 0) { said.textContent = plan.dataset.full; return; }
    field(number, "text").value = gap.dataset.text;
    field(number, "statement").value = gap.dataset.gap;
    sync();
    said.textContent = plan.dataset.added.replace("{number}", number + 1);
    form.dispatchEvent(new Event("input", { bubbles: true })); // what keeps the form hears of it
    field(number, "text").focus({ preventScroll: true }); // the button went away: go on with the words of the step
    field(number, "text").scrollIntoView({ block: "nearest" });
  };

  for (const gap of plan.querySelectorAll("[data-gap]")) {
    const box = gap.querySelector("[data-gap-box]");
    box.hidden = true;
    const tick = box.querySelector("input");
    if (tick.checked) { // sent before, and come back with a question
      tick.checked = false;
      take(gap);
    }
  }
  plan.addEventListener("click", (event) => {
    const gap = event.target.closest("[data-gap-add]")?.closest("[data-gap]");
    if (gap) take(gap);
    if (event.target.closest("[data-add-row]")) {
      const number = add();
      if (number >= 0) field(number, "text").focus();
      sync();
    }
  });
  plan.addEventListener("change", sync);
  form.addEventListener("keep:rows", (event) => { // what was kept has more steps than there are rows
    while (count() < Math.min(event.detail, most)) add();
  });
  form.addEventListener("keep:back", sync);
  sync();
})();
