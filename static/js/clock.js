// The verifier's clock: minutes gone of the minutes planned. Without it, the plan stands in words.
(() => {
  "use strict";
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const face = clock.querySelector("[data-clock-face]");
    const button = clock.querySelector("[data-clock-start]");
    const planned = Number(clock.dataset.minutes);
    const key = `clock:${location.pathname}`;
    const meeting = Date.parse(clock.dataset.starts ?? "");
    const begun = Number(sessionStorage.getItem(key)) || (meeting <= Date.now() ? meeting : 0);
    let from = begun;

    const show = () => {
      const gone = from ? Math.max(0, Math.floor((Date.now() - from) / 60000)) : 0;
      const words = gone > planned ? clock.dataset.over : clock.dataset.words;
      face.textContent = words.replace("{gone}", gone).replace("{planned}", planned).replace("{over}", gone - planned);
      face.classList.toggle("late", gone > planned);
    };
    button.hidden = Boolean(from);
    button.addEventListener("click", () => {
      from = Date.now();
      sessionStorage.setItem(key, from);
      button.hidden = true;
      show();
    });
    clock.hidden = false;
    show();
    setInterval(show, 5000);
  }
})();
