// The clock of an interview: the present question's share and the whole. It starts when the meeting starts or when
// somebody presses Start, pauses, and is there again after a reload. Nothing flashes; only a new question is spoken.
(() => {
  "use strict";
  const clock = document.querySelector("[data-interview]");
  const asks = [...document.querySelectorAll("[data-share]:not([data-interview])")];
  if (!clock || !asks.length) return;
  const { words, over, place, share } = clock.dataset;
  const find = (name) => clock.querySelector(`[data-clock-${name}]`);
  const shares = asks.map((ask) => Number(ask.dataset.share) * 60000);
  const planned = Number(clock.dataset.planned);
  const key = `interview-clock:${clock.dataset.interview}`;
  const starts = Date.parse(clock.dataset.starts);
  const ends = Date.parse(clock.dataset.ends);

  // What is kept: the time each question took, which one it is, and since when the clock runs (0: it stands).
  let state = { spent: shares.map(() => 0), here: 0, since: 0, begun: false };
  const keep = () => {
    try { localStorage.setItem(key, JSON.stringify(state)); } catch { /* private windows have no storage */ }
  };
  const restore = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      if (kept?.spent?.length === shares.length) state = kept;
    } catch { /* as above */ }
  };

  // Who opens the page in the middle of the meeting is where the plan would be by then.
  const follow = () => {
    let at = starts;
    while (state.here < shares.length - 1 && Date.now() - at >= shares[state.here]) {
      state.spent[state.here] = shares[state.here];
      at += shares[state.here];
      state.here += 1;
    }
    Object.assign(state, { since: at, begun: true });
  };

  const running = () => (state.since ? Math.max(0, Date.now() - state.since) : 0);
  const gone = (number) => state.spent[number] + (number === state.here ? running() : 0);
  const minutes = (time) => Math.floor(time / 60000);
  const told = (time, of) => {
    const late = minutes(time) > of;
    return [(late ? over : words).replace("{gone}", minutes(time)).replace("{planned}", of).replace("{over}", minutes(time) - of), late];
  };
  const put = (target, text, late) => {
    if (target.textContent !== text) target.textContent = text;
    target.classList.toggle("late", Boolean(late));
  };
  const where = () => place.replace("{number}", state.here + 1).replace("{count}", shares.length);

  const show = () => {
    if (!state.begun && Date.now() >= starts && Date.now() < ends) { follow(); keep(); }
    const whole = shares.reduce((sum, _share, number) => sum + gone(number), 0);
    const one = shares[state.here] / 60000;
    put(find("whole"), ...told(whole, planned));
    find("bar").value = Math.min(whole / 60000, planned);
    put(find("place"), where());
    put(find("share"), ...(state.begun ? told(gone(state.here), one) : [share.replace("{planned}", one)]));
    for (const [number, ask] of asks.entries()) {
      if (number === state.here && state.begun) ask.setAttribute("aria-current", "step");
      else ask.removeAttribute("aria-current");
    }
    const run = state.since ? "pause" : state.begun ? "go" : "start";
    for (const button of clock.querySelectorAll("[data-clock-run]")) {
      const held = document.activeElement === button;
      button.hidden = button.dataset.clockRun !== run;
      if (held && button.hidden) clock.querySelector(`[data-clock-run="${run}"]`).focus();
    }
    for (const button of clock.querySelectorAll("[data-clock-step]")) {
      const to = state.here + Number(button.dataset.clockStep);
      button.setAttribute("aria-disabled", String(to < 0 || to >= shares.length));
    }
  };

  const settle = () => {
    state.spent[state.here] = gone(state.here);
    state.since = state.since ? Date.now() : 0;
  };
  clock.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    settle();
    if (button.dataset.clockRun) Object.assign(state, { since: state.since ? 0 : Date.now(), begun: true });
    if (button.dataset.clockStep) {
      state.here += Number(button.dataset.clockStep);
      find("said").textContent = `${where()}. ${share.replace("{planned}", shares[state.here] / 60000)}`;
    }
    keep();
    show();
  });

  restore();
  clock.hidden = false;
  // All buttons are laid out before one is hidden: hidden ones would not take the focus over.
  show();
  setInterval(show, 1000);
})();
